"""Where the command ``deskcore`` begins: no traceback reaches a user, whatever happens.

Layer: cli. Imports typer and rich only through ``app``, so that their absence can be explained.
"""

from __future__ import annotations

import sys

from deskcore.cli.failures import told

_EXTRA = frozenset({"typer", "rich", "click", "shellingham"})
_OF_A_DATABASE = {"sqlalchemy": "sql", "alembic": "sql", "psycopg": "postgres"}


def main() -> None:
    """Run the command line and leave the process with its exit code.

    0: done. 1: ``lint`` found something. 2: the input cannot be used; the message says what and where. 70: the fault is
    deskcore's own. 130: interrupted.
    """
    try:
        from deskcore.cli.app import app
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _EXTRA:
            sys.exit(told(error))
        print(
            "deskcore: the command line needs its extra; install it with: pip install 'deskcore[cli]'", file=sys.stderr
        )
        sys.exit(2)
    try:
        app(prog_name="deskcore")
    except ModuleNotFoundError as error:
        extra = _OF_A_DATABASE.get((error.name or "").partition(".")[0])
        if extra is None:
            sys.exit(told(error))
        print(
            f"deskcore: a database needs its extra; install it with: pip install 'deskcore[{extra}]'", file=sys.stderr
        )
        sys.exit(2)
    except Exception as error:  # noqa: BLE001 - the last line of defence: a user sees a sentence
        sys.exit(told(error))
    except KeyboardInterrupt:
        print("deskcore: interrupted", file=sys.stderr)
        sys.exit(130)
