"""The bytes of a log, whatever it is packed in: plain, gzip, or a zip of a single file. Told by their content.

Layer: adapters.
"""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, BinaryIO, Final, cast

from deskcore.adapters.documents import unopened
from deskcore.adapters.faults import UnusableFile
from deskcore.adapters.logs.records import MOST_CHARACTERS

DAMAGED: Final = (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile)
"""What reading compressed data can end in."""

_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_WORKBOOK: Final = "xl/workbook.xml"
_STRANGE: Final = {
    b"\xd0\xcf\x11\xe0": "an Excel workbook of the old kind; save the sheet as CSV UTF-8",
    b"%PDF": "a PDF; export the table as CSV",
    b"BZh": "bzip2 data; unpack it first",
    b"\xfd7zXZ": "xz data; unpack it first",
    b"7z\xbc\xaf": "a 7z archive; unpack it first",
    b"SQLi": "a database; export the table as CSV",
    b"PAR1": "Parquet data; export the table as CSV",
}


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The bytes of a log, unpacked.

    Raises:
        UnusableFile: the file cannot be opened or read, or is not what its name says.
    """
    try:
        with path.open("rb") as file:
            magic = file.peek(8)[:8]
            for start, said in _STRANGE.items():
                if magic.startswith(start):
                    raise _unusable(path, "this is no text", f"it looks like {said}")
            if path.suffix == ".gz" and not magic.startswith(_GZIP):
                raise _unusable(path, "no gzip file, whatever its name says", "rename it, or zip it")
            if magic.startswith(_GZIP):
                with gzip.GzipFile(fileobj=file) as unzipped:
                    yield cast("IO[bytes]", unzipped)
            elif magic.startswith(_ZIP):
                with _member(path, file) as unzipped:
                    yield unzipped
            else:
                yield file
    except OSError as error:
        raise unopened("log", path, error) from None


def inner_name(path: Path) -> str:
    """The name of what is packed in a file: its own for a plain one, without ``.gz`` or ``.zip`` for a packed one.

    Of a zip whose name says no more than that it is the member's.
    """
    name = path.name.lower()
    inner = name.removesuffix(".gz").removesuffix(".zip")
    if name.endswith(".zip") and not Path(inner).suffix:
        try:
            with zipfile.ZipFile(path) as archive:
                return _only_name(path, archive).lower()
        except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError, UnusableFile):
            return inner  # opening it will tell what is wrong
    return inner


@contextmanager
def text_of(path: Path, encoding: str) -> Iterator[io.TextIOWrapper]:
    """The text of a log; bytes that are not of the encoding come out as surrogates.

    Raises:
        UnusableFile: as ``opened``.
    """
    with opened(path) as raw:
        yield io.TextIOWrapper(cast("BinaryIO", raw), encoding, errors="surrogateescape", newline="")


def next_line(text: io.TextIOWrapper, path: Path) -> str:
    """The next line, its end included; empty at the end of the text.

    Raises:
        UnusableFile: the line has no end in sight.
    """
    line = text.readline(MOST_CHARACTERS + 1)
    if len(line) > MOST_CHARACTERS:
        held = f"holds a line of more than {MOST_CHARACTERS:,} characters"
        raise _unusable(path, held, "is it a text file, with a line for each record?")
    return line


def damaged(path: Path, line: int, error: Exception) -> UnusableFile:
    """The error for compressed data that end too early or are broken."""
    kind = "zip" if isinstance(error, zipfile.BadZipFile) or path.suffix.lower() == ".zip" else "gzip"
    return UnusableFile("log", str(path), line, f"damaged {kind} data: {error}", "fetch it anew")


@contextmanager
def _member(path: Path, file: BinaryIO) -> Iterator[IO[bytes]]:
    with ExitStack() as stack:
        try:
            archive = stack.enter_context(zipfile.ZipFile(file))
            member = stack.enter_context(archive.open(_only_name(path, archive)))
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
            said = str(error)
            held = f"damaged or locked zip data: {said[:1].lower()}{said[1:]}"
            raise _unusable(path, held, "unpack it first") from None
        yield member


def _only_name(path: Path, archive: zipfile.ZipFile) -> str:
    names = [info.filename for info in archive.infolist() if not info.is_dir()]
    if _WORKBOOK in names:
        raise _unusable(path, "this is an Excel workbook", "save the sheet as CSV UTF-8")
    names = [name for name in names if not name.startswith("__MACOSX/")]
    if len(names) != 1:
        held = f"a zip of {len(names)} files: {', '.join(sorted(names)[:6])}"
        raise _unusable(path, held, "zip the log alone, or unpack it")
    return names[0]


def _unusable(path: Path, held: str, accepted: str) -> UnusableFile:
    return UnusableFile("log", str(path), None, held, accepted)
