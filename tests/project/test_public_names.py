"""What is public is listed, exists, is little, and needs no extra."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

import deskcore
from tests.project.rooms import EXTRAS, OUTER, PACKAGE, ROOT, members, rooms

FACE_AT_MOST = 25
# About a dozen things to learn. Registries and other constants are read rather than learned, and errors are met.
ROOM_AT_MOST = 14
# Refuses extras as if they were not installed, whatever is.
BLOCKER = f"""
import sys
class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {EXTRAS!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}} (an extra)", name=name)
sys.meta_path.insert(0, Blocker())
"""


def _bound(name: str) -> set[str]:
    """The public names that a package's ``__init__`` binds by its own text."""
    file = PACKAGE / name / "__init__.py" if name else PACKAGE / "__init__.py"
    bound: set[str] = set()
    for node in _statements(ast.parse(file.read_text(encoding="utf-8")).body):
        match node:
            case ast.ImportFrom(module=str(module)) if module.partition(".")[0] == "deskcore":
                bound |= {alias.asname or alias.name for alias in node.names}
            case ast.FunctionDef(name=own) | ast.ClassDef(name=own):
                bound.add(own)
            case ast.Assign(targets=targets):
                bound |= {target.id for target in targets if isinstance(target, ast.Name)}
            case ast.AnnAssign(target=ast.Name(id=own)):
                bound.add(own)
            case _:
                pass
    return {own for own in bound if not own.startswith("_")}


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a module, with what it imports for type checkers only: the face loads its names when asked."""
    for node in body:
        match node:
            case ast.If(test=ast.Name(id="TYPE_CHECKING"), body=inner):
                yield from inner
            case _:
                yield node


def _in_order(names: list[str]) -> list[str]:
    """Constants, then classes, then the rest: the order ruff asks for."""
    return sorted(names, key=lambda name: (0 if name.isupper() else 1 if name.lstrip("_")[:1].isupper() else 2, name))


def _listed(room: str) -> list[str]:
    return list(importlib.import_module(f"deskcore.{room}" if room else "deskcore").__all__)


ROOMS = [room for room in rooms() if room != "cli"]


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_lists_what_it_shows(room: str) -> None:
    listed = _listed(room)
    assert set(listed) == _bound(room)
    module = importlib.import_module(f"deskcore.{room}")
    assert [name for name in listed if not hasattr(module, name)] == []


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_lists_its_names_once_and_in_order(room: str) -> None:
    listed = _listed(room)
    assert listed == _in_order(sorted(set(listed)))


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_shows_few_names(room: str) -> None:
    first_class = [name for name in _listed(room) if not (name.isupper() or _is_error(room, name))]
    assert len(first_class) <= ROOM_AT_MOST, first_class


def _is_error(room: str, name: str) -> bool:
    held = getattr(importlib.import_module(f"deskcore.{room}"), name)
    return inspect.isclass(held) and issubclass(held, Exception)


def test_the_face_lists_what_it_shows_and_little() -> None:
    listed = _listed("")
    assert set(listed) == _bound("")
    assert [name for name in listed if not hasattr(deskcore, name)] == []
    assert len(listed) <= FACE_AT_MOST
    assert listed == _in_order(sorted(set(listed)))


def test_a_star_import_needs_no_extra() -> None:
    open_to_all = ["", *(f".{room}" for room in ROOMS if room not in OUTER or room == "adapters")]
    code = f"""{BLOCKER}
for room in {open_to_all!r}:
    try:
        exec(f"from deskcore{{room}} import *", {{}})
    except Exception as error:
        print(f"deskcore{{room}}: {{type(error).__name__}}: {{error}}")
"""
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout == ""


def test_the_blocker_blocks() -> None:
    answer = subprocess.run(
        [sys.executable, "-c", f"{BLOCKER}\nimport hypothesis"], capture_output=True, text=True, check=False
    )
    assert "(an extra)" in answer.stderr


def test_types_are_shipped() -> None:
    assert (PACKAGE / "py.typed").is_file()


def test_every_module_says_what_it_is() -> None:
    """The first line of a module's docstring is a sentence; the last paragraph names its layer."""
    silent = []
    for file in sorted(PACKAGE.rglob("*.py")):
        text = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
        if not text or ("Layer:" not in text and file.stem not in {"__init__", "_version"}):
            silent.append(str(file.relative_to(ROOT)))
    assert silent == []
    assert len(members()) > 5


def test_no_page_shows_a_private_module() -> None:
    """What a reader copies must be theirs to use."""
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    private = re.compile(r"^\s*(>>> )?(from|import) deskcore[\w.]*(\._| import _)", re.MULTILINE)
    assert [page.name for page in pages if private.search(page.read_text(encoding="utf-8"))] == []
