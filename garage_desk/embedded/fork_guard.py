"""`python -m garage_desk.embedded.fork_guard MODULE ARGS...` is `python -m MODULE ARGS...`, whose forks end with it.

gunicorn and Celery fork workers. The kernel's "end with your parent" does not pass to forks, so a killed master would
leave them behind; here every fork asks for it anew.
"""

from __future__ import annotations

import runpy
import sys

from garage_desk.embedded.process import end_forks_with_parent


def main() -> None:
    end_forks_with_parent()
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
