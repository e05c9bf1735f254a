"""The sections of a report that show figures.

Layer: render. Imports _draw, oversight and its own room.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Final

from deskcore._draw import Element, Key, Series, charts, html
from deskcore._draw.html import element
from deskcore._draw.palette import BLUE, GREEN, GREY, ORANGE, RED, SKY
from deskcore.oversight import Breakdown, KpiValue
from deskcore.oversight.pictures import backlog_chart
from deskcore.oversight.tally import NONE
from deskcore.render.digest import Digest, GateSpell, gate_sums
from deskcore.render.tally import PERCENTILES
from deskcore.render.words import amount, moment
from deskcore.sla.pictures import clock_lanes

_STATES: Final = (
    Key("met", "met", BLUE),
    Key("met_late", "met late", ORANGE),
    Key("breached", "open past due", RED),
    Key("running", "running", SKY),
    Key("paused", "paused", GREEN),
    Key("measured", "measured only", GREY),
    Key("cancelled", "cancelled", GREY, hatched=True),
)
_AGREE: Final = (
    "Stock and flow agree: each day's stock is the day's before, plus what came in or was reopened, less what was done."
)
_QUALITY: Final = ("reopens.", "reassignments.", "one_touch.")
_WIDE: Final = 960
_GATES_SHOWN: Final = 40
_ROWS_SHOWN: Final = 30


def headline(digest: Digest) -> Iterator[Element]:
    """The figures that are asked for first, each with what it is made of, or why it has no value."""
    if not digest.tickets:
        yield element("p", "There are no tickets, so no figure has a value.")
    names = ["volume.received", "volume.resolved", "volume.open"]
    names += [value.name for value in digest.values if value.name.startswith("attainment.")]
    names += ["first_response.p50", "resolution.p50", "reopens.ticket_rate", "one_touch.at_most_one", "overflow"]
    values = [value for name in names if (value := digest.value(name)) is not None]
    yield element("div", *(_card(value) for value in values), class_="cards")


def imported(digest: Digest) -> Iterator[Element]:
    """The account of a log's rows, and what the lifecycle has against its events."""
    held = digest.imported
    if held is not None:
        account = f"{held.read:,} rows read = {held.applied:,} applied + {held.listed_count:,} listed"
        yield element("p", f"{held.log}: {account}.")
        if held.listed:
            rows = [(name.replace("_", " "), count) for name, count in held.listed.items()]
            yield html.table(("listed because", "rows"), rows)
        if held.checks:
            checks = [(name, equal, compared, compared - equal) for name, equal, compared in held.checks]
            yield html.table(("the log's own figure", "equal", "of", "differs"), checks)
    broken = sum(digest.violations.values())
    if not broken:
        yield element("p", "The lifecycle would have allowed every event.")
        return
    count = digest.tickets_with_violations
    yield element(
        "p", f"{broken:,} events in {count:,} tickets are not allowed by the lifecycle; they count all the same."
    )
    yield _shortened(("not allowed", "times"), list(digest.violations.items()))


def attainment(digest: Digest) -> Iterator[Element]:
    """The share of promises kept, by priority and by desk; and how all clocks stand."""
    kept = [one.name for one in digest.values if one.name.startswith("attainment.")]
    if not kept:
        yield element("p", "The desk promises nothing.")
        return
    for dimension in dict.fromkeys(one.dimension for one in digest.breakdowns):
        found = [one for one in digest.by(dimension) if one.total.name in kept]
        if digest.tickets and all(set(one.parts) == {NONE} for one in found):
            yield element("p", f"No ticket has a {dimension}, so nothing can be told apart by it.")
        else:
            yield _attained(found, dimension)
    for one in digest.by("priority"):
        bars = [(name, round(part.value * 100, 1)) for name, part in one.parts.items() if part.value is not None]
        if one.total.name in kept and bars:
            metric = one.total.name.removeprefix("attainment.").replace("_", " ")
            yield charts.bar_chart(bars, title=f"{metric} kept, by priority", unit="%")
    if digest.clock_states:
        keys = [key for key in _STATES if any(states.get(key.kind) for states in digest.clock_states.values())]
        rows = [
            (metric, [float(states.get(key.kind, 0)) for key in keys]) for metric, states in digest.clock_states.items()
        ]
        yield charts.stacked_bars(rows, keys, title="How the clocks stand, every cycle counted", as_shares=True)


def times(digest: Digest) -> Iterator[Element]:
    """First response and resolution: percentiles and means, in elapsed time and on the clock of the agreement."""
    columns = [*(f"p{share * 100:g}" for share in PERCENTILES), "mean"]
    rows: list[tuple[str, ...]] = []
    for what in ("first_response", "resolution"):
        for suffix, how in (("", "elapsed time from opening"), (".sla", "time on the SLA clock")):
            values = [digest.value(f"{what}.{column}{suffix}") for column in columns]
            known = [value for value in values if value is not None]
            if known:
                shown = ["-" if value is None else value.shown for value in values]
                rows.append((f"{what.replace('_', ' ')}, {how}", *shown, f"{known[0].denominator:,.0f}"))
    yield html.table(("", *columns, "tickets"), rows)
    yield element(
        "p",
        "A percentile is a value that was observed (nearest rank). Tickets in which it has not happened yet are left "
        "out, which flatters; the definitions say how many.",
        class_="note",
    )
    yield from _dashes(digest, ("first_response.p50", "resolution.p50"))
    found = [one for one in digest.by("priority") if one.total.name in {f"{w}.p{q}" for w in _WHATS for q in (50, 90)}]
    if found and any(one.parts for one in found):
        yield _breakdown(found, "By priority")


def backlog(digest: Digest) -> Iterator[Element]:
    """What was owed at the end of each day."""
    yield backlog_chart(digest.days, tz=digest.zone, width=_WIDE)
    if digest.days:
        last, most = digest.days[-1], max(digest.days, key=operator.attrgetter("closing"))
        stock = f"{last.closing:,} open at the end of {last.day.isoformat()}"
        said = f"{stock}; at most {most.closing:,}, on {most.day.isoformat()}. {_AGREE}"
        yield element("p", said, class_="note")


def flow(digest: Digest) -> Iterator[Element]:
    """What came in and what was done, day by day."""
    if not digest.days:
        yield element("p", "No day saw a ticket.")
        return
    series = [
        Series("received", [(_noon(digest, day.day), float(day.received)) for day in digest.days]),
        Series("done", [(_noon(digest, day.day), float(day.done)) for day in digest.days]),
        Series("reopened", [(_noon(digest, day.day), float(day.reopened)) for day in digest.days]),
    ]
    yield charts.line_chart(series, title="Received, done and reopened by day", unit="tickets", width=_WIDE)
    rows = [
        (day.day.isoformat(), day.opening, day.received, day.reopened, day.done, day.closing) for day in digest.days
    ]
    table = html.table(("day", "open before", "received", "reopened", "done", "open after"), rows)
    yield html.details(f"The {len(rows)} days as numbers" if len(rows) > 1 else "The day as numbers", table)


def overflow(digest: Digest) -> Iterator[Element]:
    """The partners' share by day of receipt, and when gates stood open."""
    total = digest.value("overflow")
    if total is not None:
        yield element("p", total.explain())
    points = [(_noon(digest, day.day), None if day.share is None else day.share * 100) for day in digest.partner_days]
    if any(day.share is not None for day in digest.partner_days):
        yield charts.line_chart(
            [Series("partner share", points)],
            title="At a partner desk, of the tickets received that day",
            unit="%",
            width=_WIDE,
        )
    if not digest.gates:
        gated = digest.configuration.routing is not None and digest.configuration.routing.gates()
        yield element("p", "No gate opened." if gated else "The desk has no overflow gate.")
        return
    sums = [(gate, count, amount(total), amount(most)) for gate, count, total, most in gate_sums(digest)]
    yield html.table(("gate", "times opened", "open in all", "longest"), sums)
    spells = digest.gates[:_GATES_SHOWN]
    rows = [
        (spell.gate, _time(digest, spell.opened_at), f"{spell.reading:g}", _closed(digest, spell)) for spell in spells
    ]
    more = "" if len(spells) == len(digest.gates) else f", the first {_GATES_SHOWN} of {len(digest.gates):,}"
    yield html.details(f"Each opening{more}", html.table(("gate", "opened", "reading", "closed"), rows))


def quality(digest: Digest) -> Iterator[Element]:
    """Reopenings, reassignments and one-touch resolutions, with breakdowns."""
    wanted = [
        value.name for value in digest.values if value.name.startswith(("reopens.", "reassignments.", "one_touch"))
    ]
    values = [value for name in wanted if (value := digest.value(name)) is not None]
    rows = [(value.name, value.shown, _made_of(value)) for value in values]
    yield html.table(("figure", "value", "from"), rows)
    for dimension in dict.fromkeys(one.dimension for one in digest.breakdowns):
        found = [one for one in digest.by(dimension) if one.total.name in wanted]
        if any(one.parts for one in found):
            yield html.details(f"By {dimension}", _breakdown(found, ""))


def lanes(digest: Digest) -> Iterator[Element]:
    """The clocks of chosen tickets, one picture each."""
    if not digest.lanes:
        yield element("p", "No clock has started.")
        return
    yield element("p", "What counted, what did not, and where each was due; hover for the reasons.", class_="note")
    for held in digest.lanes:
        priority = f", {held.priority}" if held.priority else ""
        subject = f": {held.subject}" if held.subject != held.ticket else ""
        yield clock_lanes(held.clocks, title=f"{held.ticket}{subject} ({held.status}{priority})")


_WHATS: Final = ("first_response", "resolution")


def _card(value: KpiValue) -> Element:
    made = _made_of(value) if value.value is not None else value.reason
    return element(
        "div", element("span", _called(value.name)), element("b", value.shown), element("span", made), class_="card"
    )


def _called(name: str) -> str:
    """A figure's name for people: ``attainment.first_response`` is ``first response kept``."""
    head, _, rest = name.partition(".")
    said = rest.replace("_", " ")
    match head:
        case "attainment":
            return f"{said} kept"
        case "volume":
            return f"tickets {said}"
        case "one_touch":
            return "solved in one touch"
        case "reopens":
            return "reopened"
        case "overflow":
            return "at partner desks"
        case _:
            return f"{head.replace('_', ' ')}, {'median' if rest == 'p50' else said}"


def _made_of(value: KpiValue) -> str:
    if value.unit == "seconds":
        return f"over {value.denominator:,.0f}"
    if value.unit == "tickets":
        return f"of {value.denominator:,.0f}"
    return f"{value.numerator:,.0f} of {value.denominator:,.0f}"


def _attained(found: Sequence[Breakdown], dimension: str) -> Element:
    names = sorted({name for one in found for name in one.parts})
    headers = [dimension, *(one.total.name.removeprefix("attainment.").replace("_", " ") for one in found)]
    rows: list[list[str]] = [[name, *(_kept(one.parts.get(name)) for one in found)] for name in names]
    rows.append(["all", *(_kept(one.total) for one in found)])
    return html.table(headers, rows, caption=f"Promises kept, by {dimension}")


def _kept(value: KpiValue | None) -> str:
    if value is None or value.value is None:
        return "-" if value is None else f"- ({value.reason})"
    return f"{value.shown} ({_made_of(value)})"


def _breakdown(found: Sequence[Breakdown], caption: str) -> Element:
    names = sorted({name for one in found for name in one.parts})
    rows: list[list[str]] = [[name, *(_shown(one.parts.get(name)) for one in found)] for name in names]
    rows.append(["all", *(one.total.shown for one in found)])
    return html.table(("", *(one.total.name for one in found)), rows, caption=caption)


def _shown(value: KpiValue | None) -> str:
    return "-" if value is None else value.shown


def _dashes(digest: Digest, names: Sequence[str]) -> Iterator[Element]:
    """Why there is a dash, where there is one."""
    for name in names:
        value = digest.value(name)
        if value is not None and value.value is None:
            yield element("p", f"{name} has no value: {value.reason}.")


def _shortened(headers: tuple[str, str], rows: list[tuple[str, int]]) -> Element:
    shown: list[tuple[str, int]] = rows[:_ROWS_SHOWN]
    if len(rows) > _ROWS_SHOWN:
        rest = rows[_ROWS_SHOWN:]
        shown.append((f"{len(rest):,} others", sum(count for _, count in rest)))
    return html.table(headers, shown)


def _noon(digest: Digest, day: date) -> datetime:
    return datetime.combine(day, time(), digest.zone)


def _time(digest: Digest, at: datetime) -> Element:
    return element("time", moment(at, digest.zone), datetime=at.isoformat())


def _closed(digest: Digest, spell: GateSpell) -> Element | str:
    return "still open" if spell.closed_at is None else _time(digest, spell.closed_at)
