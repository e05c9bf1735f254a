"""Reading plain tables key by key, so that every fault of a mapping is found in one go.

Layer: adapters. Imports errors only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from deskcore.adapters.documents import Plain
from deskcore.adapters.faults import nearest
from deskcore.errors import Problem


class TableReader:
    """One table of a configuration: hands out values of the type asked for, and notes what is wrong with the others.

    A reader is used once, by one function, and its problems are raised together by whoever made the list.
    """

    def __init__(self, data: Mapping[str, Plain], path: str, problems: list[Problem]) -> None:
        self.data = data
        self.path = path
        self.problems = problems
        self._asked: set[str] = set()

    def at(self, key: str) -> str:
        """The path of a key of this table."""
        return f"{self.path}.{key}".strip(".")

    def wrong(self, key: str, message: str, code: str = "invalid") -> None:
        """Note a fault of a key."""
        self.problems.append(Problem(self.at(key), message, code))

    def take(self, key: str) -> Plain:
        """The raw value of a key, ``None`` when it is absent."""
        self._asked.add(key)
        return self.data.get(key)

    def text(self, key: str, default: str = "", *, required: bool = False) -> str:
        """A text that is not empty."""
        value = self.take(key)
        if value is None:
            if required:
                self.wrong(key, "is missing", "missing")
            return default
        if not isinstance(value, str) or not value:
            self.wrong(key, f"must be a text that is not empty (got {value!r})")
            return default
        return value

    def choice(self, key: str, among: Iterable[str], default: str) -> str:
        """One of some words."""
        value = self.text(key, default)
        known = tuple(among)
        if value != default and value not in known:
            self.wrong(key, f"must be one of {', '.join(known)} (got {value!r}); {nearest(value, known)}", "unknown")
            return default
        return value

    def flag(self, key: str, *, default: bool = False) -> bool:
        """True or false."""
        value = self.take(key)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self.wrong(key, f"must be true or false (got {value!r})")
        return default

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        value = self.take(key)
        if value is None:
            return ()
        if isinstance(value, list) and all(isinstance(part, str) for part in value):
            return tuple(str(part) for part in value)
        self.wrong(key, f"must be a list of texts (got {value!r})")
        return ()

    def one_or_more(self, key: str) -> tuple[str, ...]:
        """A text, or a list of texts."""
        value = self.take(key)
        return (value,) if isinstance(value, str) else self.texts(key)

    def words(self, key: str) -> dict[str, str]:
        """A table of texts, such as one thing's name in two languages; whole numbers stand for their text."""
        inner = self.table(key)
        found: dict[str, str] = {}
        for word in inner.keys():  # noqa: SIM118 - a reader, not a dict
            meant = inner.take(word)
            if isinstance(meant, str | int) and not isinstance(meant, bool):
                found[word] = str(meant)
            else:
                inner.wrong(word, f"must be a text (got {meant!r})")
        return found

    def table(self, key: str) -> TableReader:
        """A table within this one; an absent one reads as empty."""
        value = self.take(key)
        if value is not None and not isinstance(value, dict):
            self.wrong(key, f"must be a table (got {value!r})")
        return TableReader(value if isinstance(value, dict) else {}, self.at(key), self.problems)

    def keys(self) -> tuple[str, ...]:
        """Every key of the table, as written."""
        return tuple(self.data)

    def has(self, key: str) -> bool:
        """Whether the table holds a key."""
        return key in self.data

    def end(self, also: Iterable[str] = ()) -> None:
        """Note every key that nobody asked for: a misspelt key must not be a silent one."""
        known = self._asked | set(also)
        for key in self.data:
            if key not in known:
                self.wrong(key, f"is no key here; {nearest(key, known)}", "unknown_key")
