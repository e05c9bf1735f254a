"""The reference tells of every node where to import it from, and it can be."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

from deskcore.routing.line import LINE_KEYS
from deskcore.routing.nodes import ROUTING_NODES

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "routing.md"
COMBINED = {"FirstOf", "AllRequired", "AnyRequired", "NotRequired", "Then"}
"""Written as operators."""
ROW = re.compile(r"^\| (?P<names>`.*?) \| `(?P<module>deskcore[.\w]*)` \|", re.MULTILINE)


def test_every_node_is_where_the_page_says() -> None:
    told = {
        name: row["module"]
        for row in ROW.finditer(PAGE.read_text(encoding="utf-8"))
        for name in re.findall(r"`([A-Z]\w+)", row["names"])
    }
    for node in set(ROUTING_NODES) - set(LINE_KEYS):
        name = node.__name__
        if name not in COMBINED | {"Ceiling"}:
            assert getattr(import_module(told[name]), name) is node, name
