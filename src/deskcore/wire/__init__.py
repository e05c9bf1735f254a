"""Values of every room below as plain data and JSON text, and back.

Layer: wire. The only room that imports cattrs. No files, no network: text in, text out.
"""

from deskcore.wire.configuration import desk_from, desk_to
from deskcore.wire.converter import Converter
from deskcore.wire.defaults import dump, dump_lines, dumps, load, load_lines, load_log, load_logs, loads, roundtrip
from deskcore.wire.events import Upcaster
from deskcore.wire.text import Plain

__all__ = [
    "Converter",
    "Plain",
    "Upcaster",
    "desk_from",
    "desk_to",
    "dump",
    "dump_lines",
    "dumps",
    "load",
    "load_lines",
    "load_log",
    "load_logs",
    "loads",
    "roundtrip",
]
