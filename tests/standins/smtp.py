"""A mail server on this machine: takes mail as a test says, faults included.

    with MailServer() as server: ...   # server.url is for EMAIL_URL, server.mails what it took

`faults` are taken one a mail: a number refuses its recipient, for good ("500", "550") or for now ("429", "451");
"hang", "reset" and "garbage" answer its text with nothing, a broken line or nonsense; "accept-then-die" keeps it and
breaks the line unsaid.
"""

from __future__ import annotations

import socketserver
import threading
from collections import deque
from collections.abc import Callable
from email import message_from_bytes
from email.message import Message
from types import TracebackType


class MailServer:
    """Serves on a free port of 127.0.0.1 (or the one given) while the `with` block lasts; `heard` is told each mail."""

    def __init__(self, port: int = 0, *, heard: Callable[[Message], None] = lambda _mail: None) -> None:
        self.heard = heard
        self.mails: list[Message] = []
        self.faults: deque[str] = deque()
        self.over = threading.Event()
        self._server = _Server(("127.0.0.1", port), _Session)
        self._server.owner = self
        self.url = f"smtp://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> MailServer:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    owner: MailServer


class _Session(socketserver.StreamRequestHandler):
    """One connection, line by line (RFC 5321, what a client of ours says of it)."""

    def handle(self) -> None:
        self._say("220 stand-in")
        fault = ""
        while line := self.rfile.readline():
            verb = line.strip().upper().split(b":")[0].split(b" ")[0]
            if verb == b"QUIT":
                self._say("221 bye")
                return
            if verb == b"MAIL":
                faults = self._owner.faults
                fault = faults.popleft() if faults else ""
            if verb == b"RCPT" and fault.isdecimal():
                self._say(f"{fault} no")
            elif verb != b"DATA":
                self._say("250 fine")
            elif not self._take(fault):
                return

    def _take(self, fault: str) -> bool:
        """The mail's text; whether the line still stands afterwards."""
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        if fault == "hang":
            self._owner.over.wait(60)
        if fault in ("hang", "reset"):
            return False
        if fault == "garbage":
            self._say("<html>not what you think</html>")
            return False
        mail = message_from_bytes(b"".join(lines))
        self._owner.mails.append(mail)
        self._owner.heard(mail)
        if fault == "accept-then-die":
            return False
        self._say("250 taken")
        return True

    @property
    def _owner(self) -> MailServer:
        server: _Server = self.server  # type: ignore[assignment]
        return server.owner

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")
