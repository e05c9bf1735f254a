"""What a user sees when something goes wrong: one line a fault, and an exit code.

Layer: cli. Imports errors only.
"""

from __future__ import annotations

import os
import sys
import traceback
from typing import Final

from deskcore.errors import DecodeError, DeskcoreError, InvalidConfiguration

UNUSABLE: Final = 2
"""Exit code: the input cannot be used."""

OURS: Final = 70
"""Exit code: the fault is deskcore's own (``EX_SOFTWARE`` of sysexits.h)."""

TRACEBACK: Final = "DESKCORE_TRACEBACK"
"""Set to 1, this environment variable shows where an error came from."""


def told(error: BaseException) -> int:
    """Print an error to standard error as a user should see it, and answer the exit code."""
    if os.environ.get(TRACEBACK) == "1":
        traceback.print_exception(error)
    if isinstance(error, BrokenPipeError):  # whoever read the output, such as head, has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    for line in lines_of(error):
        print(f"deskcore: {line}", file=sys.stderr)
    return UNUSABLE if isinstance(error, DeskcoreError | OSError) else OURS


def lines_of(error: BaseException) -> list[str]:
    """The message of an error, a line for each fault it holds."""
    if isinstance(error, InvalidConfiguration | DecodeError):
        return [" ".join(str(problem).split()) for problem in error.problems]
    if isinstance(error, DeskcoreError):
        return [" ".join(str(error).split())]
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return [f"{where}{(error.strerror or str(error)).lower()}; check the disk and your permissions"]
    said = " ".join(f"{type(error).__name__}: {error}".split())
    return [
        f"internal error, {said}",
        f"this is a fault of deskcore, not of your files; please report it, with the output under {TRACEBACK}=1",
    ]
