"""Exit code 0 when this container's server answers; port and path are those of the web server unless given. It only
answers to a host name of ALLOWED_HOSTS."""

import os
import sys
from http.client import HTTPConnection, HTTPException

host = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".*") or "localhost"
port, path = sys.argv[1:] or ("8000", "/health/live")
connection = HTTPConnection("127.0.0.1", int(port), timeout=4)
try:
    connection.request("GET", path, headers={"Host": host})
    sys.exit(connection.getresponse().status != 200)
except (OSError, HTTPException) as error:
    sys.exit(str(error))
