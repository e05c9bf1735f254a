"""The report's chief figures as plain text, for a terminal.

Layer: render. Imports _draw and its own room.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deskcore._draw import text
from deskcore.render.digest import Digest, gate_sums
from deskcore.render.report import subtitle
from deskcore.render.tally import PERCENTILES
from deskcore.render.words import amount


def summary(digest: Digest) -> str:
    """The chief figures in plain text, a dash with its reason where there is no value.

    The same digest gives the same text, to the byte.

    >>> from datetime import UTC, datetime
    >>> from deskcore.desk import Desk
    >>> from deskcore.hours import Calendar
    >>> from deskcore.render import DigestTally
    >>> tally = DigestTally(Desk.simple(calendar=Calendar.always()), at=datetime(2026, 5, 22, tzinfo=UTC))
    >>> print(summary(tally.digest()).splitlines()[0])
    desk: no tickets, as of Fri 22 May 2026 00:00 UTC
    """
    return "\n\n".join(part for part in _parts(digest) if part) + "\n"


def _parts(digest: Digest) -> Iterator[str]:
    yield f"{digest.configuration.name}: {subtitle(digest)}"
    yield _figures(digest)
    for dimension in dict.fromkeys(one.dimension for one in digest.breakdowns):
        yield _kept(digest, dimension)
    yield _times(digest)
    yield _backlog(digest)
    yield _gates(digest)
    yield _rungs(digest)
    yield _odd(digest)


def _figures(digest: Digest) -> str:
    heads = ("volume.", "attainment.", "reopens.ticket", "reassignments.", "one_touch.", "overflow")
    rows = [
        (value.name, value.shown, f"{value.numerator:,.0f} of {value.denominator:,.0f}", value.reason)
        for value in digest.values
        if value.name.startswith(heads)
    ]
    return text.table(rows, headers=("figure", "value", "from", ""), align="<>><")


def _kept(digest: Digest, dimension: str) -> str:
    found = [one for one in digest.by(dimension) if one.total.name.startswith("attainment.")]
    names = sorted({name for one in found for name in one.parts})
    if not names:
        return ""
    rows = [(name, *(one.parts[name].shown if name in one.parts else "-" for one in found)) for name in names]
    headers = (f"kept, by {dimension}", *(one.total.name.removeprefix("attainment.") for one in found))
    return text.table(rows, headers=headers, align="<" + ">" * len(found))


def _times(digest: Digest) -> str:
    columns = [*(f"p{share * 100:g}" for share in PERCENTILES), "mean"]
    rows: list[Sequence[str]] = []
    for what in ("first_response", "resolution"):
        for suffix, how in (("", "elapsed"), (".sla", "on the SLA clock")):
            values = [digest.value(f"{what}.{column}{suffix}") for column in columns]
            if any(value is not None for value in values):
                rows.append((f"{what}, {how}", *("-" if value is None else value.shown for value in values)))
    return text.table(rows, headers=("how long it took", *columns), align="<" + ">" * len(columns)) if rows else ""


def _backlog(digest: Digest) -> str:
    if not digest.days:
        return ""
    stock = [float(day.closing) for day in digest.days]
    ends = f"{digest.days[0].closing:,} to {digest.days[-1].closing:,}, at most {max(stock):,.0f}"
    return f"backlog at the end of the day: {ends}\n{text.sparkline(_thinned(stock))}"


def _thinned(values: list[float], most: int = 72) -> list[float]:
    """Every so-manyth value, the last among them, so that a line of a terminal holds them."""
    step = -(-len(values) // most)
    return values[::-1][::step][::-1]


def _gates(digest: Digest) -> str:
    lines = [
        f"gate {gate}: opened {count:,} time{'' if count == 1 else 's'}, {amount(total)} in all"
        for gate, count, total, _ in gate_sums(digest)
    ]
    return "\n".join(lines)


def _rungs(digest: Digest) -> str:
    if not digest.rungs:
        return ""
    rows = [(rung.rung, rung.axis, rung.fired, rung.tickets) for rung in digest.rungs]
    return text.table(rows, headers=("rung", "axis", "fired", "in tickets"), align="<<>>")


def _odd(digest: Digest) -> str:
    lines: list[str] = []
    held = digest.imported
    if held is not None:
        lines.append(f"{held.log}: {held.read:,} rows read = {held.applied:,} applied + {held.listed_count:,} listed")
    broken = sum(digest.violations.values())
    if broken:
        lines.append(f"{broken:,} events in {digest.tickets_with_violations:,} tickets not allowed by the lifecycle")
    if digest.findings:
        lines.append(f"{len(digest.findings):,} findings about the configuration:")
        lines += [f"  {problem}" for problem in digest.findings]
    return "\n".join(lines)
