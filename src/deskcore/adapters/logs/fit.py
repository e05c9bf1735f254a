"""Do a log, its mapping and a lifecycle fit each other? Whatever does not is told at once, with what to write instead.

Layer: adapters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from deskcore._value import FrozenDict
from deskcore.adapters.faults import nearest
from deskcore.adapters.logs.encodings import called
from deskcore.adapters.logs.mapping import LogMapping
from deskcore.adapters.logs.survey import Seen, Survey
from deskcore.adapters.logs.words import Vocabulary
from deskcore.errors import Problem
from deskcore.tickets.lifecycle import Lifecycle

DELIMITERS: Final = (";", "\t", "|", ",")
"""What separates cells in the logs of this world."""

_PART: Final = 3
"""One part in so many may be of another encoding, or format, before the log as a whole is taken to be."""

_MANY: Final = 20
"""Fewer instants than this say nothing about the format of all."""

_SHOWN: Final = 12
_NARROW: Final = frozenset({"utf-8-sig", "ascii", "cp1252", "iso8859-1", "iso8859-15"})
_NO_WORDS: Final = FrozenDict[str]()


def faults(mapping: LogMapping, seen: Survey, lifecycle: Lifecycle) -> tuple[Problem, ...]:
    """What the log, or the lifecycle, makes wrong with a mapping: every fault, by the path of its key."""
    words = Vocabulary(mapping, lifecycle)
    unread = (*_encoding(mapping, seen), *_input(mapping, seen), *_delimiter(mapping, seen))
    if unread:  # whatever else is wrong follows from it
        return (*unread, *_own_words(mapping, words))
    found = (*_columns(mapping, seen), *_instants(seen), *_texts(seen, words), *_own_words(mapping, words))
    return found or tuple(_nothing_read(seen))


def _encoding(mapping: LogMapping, seen: Survey) -> Iterator[Problem]:
    """A log of which more than a third is not of the encoding is in another one."""
    found = seen.undecodable
    if any("\0" in name for name in seen.header) and mapping.encoding in _NARROW and found is None:
        message = f"cannot be {called(mapping.encoding)}: the columns' names hold NUL characters"
        yield Problem("encoding", f'{message}; set encoding = "utf-16-le", or "utf-16-be"', "encoding")
    elif found is not None and (found.in_header or found.rows * _PART > seen.rows):
        what = f"{found.rows:,} of {seen.rows:,} rows" + (" and the columns' names" if found.in_header else "")
        message = f"cannot read {what} as {called(mapping.encoding)}, first on line {found.line}; {found.advice}"
        yield Problem("encoding", message, "encoding")


def _input(mapping: LogMapping, seen: Survey) -> Iterator[Problem]:
    """A header that begins as JSON or XML does is none."""
    start = seen.header[0].lstrip("\ufeff") if seen.header and seen.known == seen.header and not mapping.header else ""
    looks = "json" if start.startswith(("{", "[")) else "xes" if start.startswith(("<?xml", "<log")) else ""
    if looks and start not in mapping.used_columns().values():
        yield Problem("input", f'the log looks like {looks.upper()}; set input = "{looks}"', "input")


def _delimiter(mapping: LogMapping, seen: Survey) -> Iterator[Problem]:
    """A header of a single name in which another delimiter stands is not separated by the mapping's."""
    if mapping.header or len(seen.known) != 1 or seen.header[0] in mapping.used_columns().values():
        return
    counts = {other: seen.header[0].count(other) for other in DELIMITERS if other != mapping.delimiter}
    best = max(counts, key=lambda other: counts[other])
    if counts[best]:
        message = f"the header looks separated by {best!r}, not by {mapping.delimiter!r}; set delimiter = {_toml(best)}"
        yield Problem("delimiter", message, "delimiter")


def _toml(text: str) -> str:
    return '"\\t"' if text == "\t" else f'"{text}"'


def _columns(mapping: LogMapping, seen: Survey) -> Iterator[Problem]:
    for path, column in mapping.used_columns().items():
        if column not in seen.known and (seen.rows or seen.known == seen.header):
            yield Problem(path, f"the log has no column {column!r}; {nearest(column, seen.known)}", "missing_column")
    if not seen.unfolds and (seen.rows or seen.known == seen.header):
        message = f"finds nothing to unfold at {mapping.each!r}; {nearest(mapping.each, seen.known)}"
        yield Problem("each", message, "missing_column")
    for name in mapping.derived:
        if seen.known.count(name) > 1:
            yield Problem(f"derived.{name}", "the log has a column of that name; give it another", "duplicate")


def _nothing_read(seen: Survey) -> Iterator[Problem]:
    """A log all of whose rows are listed for one reason, as after a wrong delimiter, tells what that is."""
    count = sum(found.rows for found in seen.unread.values())
    if seen.rows and count == seen.rows:
        why, worst = max(seen.unread.items(), key=lambda pair: pair[1].rows)
        message = f"not one of {seen.rows:,} rows can be read: {worst.rows:,} {why.replace('_', ' ')}"
        fix = '; set ragged = "fill" if cells at the end are left out or empty' if why == "ragged" else ""
        key = {"left_out": "only"}.get(why, why)
        yield Problem(key, f"{message}, first on line {worst.line}: {worst.said}{fix}", "unread")


def _instants(seen: Survey) -> Iterator[Problem]:
    for path, found in seen.instants.items():
        if found.lacks_zone:
            message = f"gives instants without an offset: {found.failure}; say zone in [time] or for the column"
            yield Problem(path, message, "no_zone")
        elif found.failed and not found.read:
            yield Problem(path, f"not one of {found.failed} texts can be read: {found.failure}", "format")
        elif found.failed >= _MANY and found.failed * _PART > found.failed + found.read:
            count = f"{found.failed:,} of {found.failed + found.read:,} texts"
            message = f"{count} cannot be read: {found.failure}; mend the format, or name what they say in missing"
            yield Problem(path, message, "format")


def _texts(seen: Survey, words: Vocabulary) -> Iterator[Problem]:
    """Every text of the log that means nothing to the desk, those of a column in one line."""
    for path, texts in seen.texts.items():
        slot = path.rpartition(".")[2]
        if path == "columns.activity":
            strange = [text for text in texts if words.mapping.activity(text) is None]
            if strange:
                fix = 'give each an [activities."..."] table; ignore = true where it means nothing'
                yield Problem("activities", f"does not map {_listed(strange, texts)}; {fix}", "unmapped")
            continue
        mapped = words.mapping.values.get(slot, _NO_WORDS)  # a wrong word there is a fault of its own
        strange = [text for text in texts if text not in mapped and _is_strange(words, slot, text)]
        if strange:
            known = words.known.get(slot)
            fix = f"the desk knows {', '.join(known)}" if known else "wanted are whole numbers, 1 the gravest"
            message = f"does not map {_listed(strange, texts)}; map each in [values.{slot}]: {fix}"
            at_values = path.startswith("columns.") and slot in words.mapping.values
            yield Problem(f"values.{slot}" if at_values else path, message, "unmapped")


def _listed(strange: Sequence[str], texts: Mapping[str, Seen]) -> str:
    told = ", ".join(
        f"{text!r} ({texts[text].rows} {'row' if texts[text].rows == 1 else 'rows'}, first on line {texts[text].line})"
        for text in strange[:_SHOWN]
    )
    return told if len(strange) <= _SHOWN else f"{told} and {len(strange) - _SHOWN:,} more"


def _is_strange(words: Vocabulary, slot: str, text: str) -> bool:
    try:
        words.value(slot, text.casefold() if slot == "transition" else text)
    except ValueError:
        return True
    return False


def _own_words(mapping: LogMapping, words: Vocabulary) -> Iterator[Problem]:
    """The mapping's own words for the desk's things: each must be one of the desk's."""
    said = [(f"values.{slot}.{text}", slot, word) for slot, row in mapping.values.items() for text, word in row.items()]
    for path, meaning in mapping.meanings().items():
        said += [(f"{path}.{slot}", slot, word) for slot, word in meaning.sets.items() if isinstance(word, str)]
    said += [("restates", "status", word) for word in sorted(mapping.restates)]
    said += [("opened_as", "status", word) for word in [mapping.opened_as] if word is not None]
    for path, slot, word in said:
        if not word:
            continue
        try:
            words.constant(slot, word)
        except ValueError as error:
            yield Problem(path, f"{word!r} is not {error}", "unknown")
