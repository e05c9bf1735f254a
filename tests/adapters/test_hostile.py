"""What a file, a row or a statement must never be able to do: run code, run away, or reach past its bounds."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import deskcore
from deskcore.adapters import documents
from deskcore.adapters.faults import UnusableFile
from deskcore.adapters.files import read_desk

PACKAGE = Path(deskcore.__file__).parent
SQL = PACKAGE / "adapters" / "sql"
UNPICKLERS = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "shelve", "marshal", "joblib"}
FREE_TEXT = {"text", "literal_column", "exec_driver_sql"}


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.toml", "a=" + "[" * 100_000, "nested too deeply"),
        ("a.json", "[" * 100_000, "nested too deeply"),
        ("b.toml", "a=" + "9" * 6_000, "no TOML: Exceeds the limit"),
        ("b.json", '{"a":' + "9" * 6_000 + "}", "no JSON: Exceeds the limit"),
    ],
)
def test_a_file_that_would_run_away_is_refused(tmp_path: Path, name: str, content: str, said: str) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UnusableFile, match=said):
        read_desk(path)


def test_a_file_that_is_too_large_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MOST_BYTES", 10)
    path = tmp_path / "desk.toml"
    path.write_text("name = 'house'", encoding="utf-8")
    with pytest.raises(UnusableFile, match="holds 14 bytes; at most 10 are read"):
        read_desk(path)


def parsed(folder: Path) -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(folder.rglob("*.py")):
        yield str(path.relative_to(PACKAGE)), ast.parse(path.read_text(encoding="utf-8"))


def unpickles(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        if any(name.partition(".")[0] in UNPICKLERS for name in names):
            yield getattr(node, "lineno", 0)


def built_by_hand(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Statements made of anything but constants: text(), driver SQL and execute() of strings put together."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called in FREE_TEXT | {"execute"}:
            yield from ((node.lineno, name) for name in put_in(node.args[0]))


def put_in(argument: ast.expr) -> Iterator[str]:
    """What is put into a string: the variables of an f-string, of ``%``, ``+`` and ``format``."""
    if isinstance(argument, ast.JoinedStr):
        yield from (ast.unparse(part.value) for part in argument.values if isinstance(part, ast.FormattedValue))
    elif isinstance(argument, ast.BinOp) and isinstance(argument.op, ast.Add | ast.Mod):
        yield ast.unparse(argument.right)
    elif isinstance(argument, ast.Call) and getattr(argument.func, "attr", "") in {"format", "join", "replace"}:
        yield ast.unparse(argument)


def test_the_scans_see_what_they_look_for() -> None:
    """A scan that finds nothing proves nothing, so it is shown one of each first."""
    assert list(unpickles(ast.parse("import pickle\nfrom dill import loads\nimport json"))) == [1, 2]
    bad = "c.execute(f'x {a}'); c.execute('x %s' % a); text('x' + a); text('{}'.format(a)); c.execute('SELECT 1')"
    assert [name for _, name in built_by_hand(ast.parse(bad))] == ["a", "a", "a", "'{}'.format(a)"]


def test_nothing_stored_is_ever_unpickled() -> None:
    """States and events are stored as JSON; only the laws for hosts' suites pickle, what they have just made."""
    trees = [(path, tree) for path, tree in parsed(PACKAGE) if not path.startswith("testing")]
    found = [f"{path}:{line}" for path, tree in trees for line in unpickles(tree)]
    assert found == []


CHECKED = {
    "VERSION_TABLE": "a constant of the module",
    "synchronous": "one of four words, checked by the line before",
    "max(1, max_bytes // _PAGE)": "a whole number by its arithmetic",
}
"""What may stand in a statement's text, since no parameter can be bound there, and why it is harmless."""


def test_sql_is_bound_never_built() -> None:
    found = {name for _, tree in parsed(SQL) for _, name in built_by_hand(tree)}
    assert found <= CHECKED.keys()
