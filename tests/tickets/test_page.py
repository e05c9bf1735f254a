"""The reference page tells of every code there is, and of no other."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from deskcore.tickets import faults, lint
from deskcore.tickets.refusal import CODES
from deskcore.tickets.transition import NEEDS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "lifecycle.md").read_text(encoding="utf-8")


def first_column(heading: str) -> list[str]:
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    cells = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]


def test_every_refusal_code_is_on_the_page() -> None:
    assert first_column("Refusals") == list(CODES)


def test_every_need_is_on_the_page() -> None:
    assert sorted(first_column("Needs")) == sorted((*NEEDS, "field.<name>"))


def test_every_lint_code_is_on_the_page() -> None:
    assert set(first_column("Faults and lint")) == _problem_codes(lint.__file__)


def test_no_code_means_both_a_fault_and_a_lint() -> None:
    assert not _problem_codes(lint.__file__) & _problem_codes(faults.__file__)


def _problem_codes(file: str | None) -> set[str]:
    """The last argument of every ``Problem(...)`` in a module."""
    assert file is not None
    tree = ast.parse(Path(file).read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    made = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Problem"]
    return {str(ast.literal_eval(call.args[2])) for call in made}


def test_every_refusal_made_has_a_code_of_the_list() -> None:
    made: set[str] = set()
    for path in (ROOT / "src" / "deskcore" / "tickets").glob("*.py"):
        made |= set(re.findall(r'refusal\(\s*"([a-z_]+)"', path.read_text(encoding="utf-8")))

    assert made | {"backward_time", "reserved_id", "final_state"} == set(CODES)
