"""The review of a partner as one self-contained, printable HTML file with inline SVG.

Not here: what stands in it (``deskcore.oversight.review``).

Layer: render. Imports _draw and oversight.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deskcore._draw import Element, Key, charts, html
from deskcore._draw.html import element
from deskcore._draw.palette import BLUE, GREY, ORANGE, RED
from deskcore.oversight.backlog import BacklogDay
from deskcore.oversight.pictures import backlog_chart
from deskcore.oversight.review import ReviewedFigure, ReviewPack

_VERDICTS = (
    Key("met", "met", BLUE),
    Key("missed", "missed", RED),
    Key("no_value", "no value", ORANGE),
    Key("no_target", "no target", GREY),
)


def review_html(pack: ReviewPack, *, backlog: Sequence[BacklogDay] = (), language: str = "en") -> str:
    """The whole review as one file: no script, no address, nothing to load. ``backlog`` adds its line.

    >>> from datetime import date
    >>> from deskcore.oversight.review import review
    >>> page = review_html(review("manila", [], first=date(2026, 5, 1), last=date(2026, 5, 31)))
    >>> page.startswith("<!DOCTYPE html>"), "<svg" in page, "http" in page.replace("http://www.w3.org", "")
    (True, True, False)
    """
    title = f"Review of {pack.partner}, {pack.first.isoformat()} to {pack.last.isoformat()}"
    return html.page(title, [element("h1", title), *_sections(pack, backlog)], language=language)


def _sections(pack: ReviewPack, backlog: Sequence[BacklogDay]) -> Iterator[Element]:
    yield html.section("Figures", *_figures(pack))
    if backlog:
        yield html.section("Backlog", backlog_chart(backlog))
    if pack.breaches:
        yield html.section("Breaches", _breaches(pack))
    if pack.audit is not None:
        interval = pack.audit.interval()
        trusted = "" if interval is None else f" The sample leaves {interval}."
        yield html.section("Audit", element("p", f"{pack.audit.explain()}.{trusted}"))
    if pack.reconciliation is not None:
        rows = [
            (row.name, _number(row.partner), _number(row.own), _share(row.difference), row.finding.replace("_", " "))
            for row in pack.reconciliation.rows
        ]
        yield html.section("Reconciliation", html.table(("figure", "partner", "own", "difference", "finding"), rows))
    if pack.settlement is not None:
        yield html.section("Credits", element("pre", pack.settlement.explain()))
    if pack.deliveries:
        days = [(one.due_on.isoformat(), one.received_on, one.receipt.replace("_", " ")) for one in pack.deliveries]
        received = [(due, "-" if on is None else on.isoformat(), receipt) for due, on, receipt in days]
        yield html.section("Reports", html.table(("due", "received", "receipt"), received))
    yield html.section("Actions", *_actions(pack))


def _figures(pack: ReviewPack) -> Iterator[Element]:
    counts = [sum(figure.verdict == key.kind for figure in pack.figures) for key in _VERDICTS]
    yield charts.stacked_bars([("figures", counts)], _VERDICTS, title="Figures by verdict")
    headers = ("figure", "value", "made of", "left out", "interval", "goal", "verdict", "before", "trend", "definition")
    yield html.table(headers, [_line(figure) for figure in pack.figures])


def _line(figure: ReviewedFigure) -> tuple[str, ...]:
    value, interval = figure.value, figure.interval
    return (
        value.name,
        value.shown if value.value is not None else f"no value: {value.reason}",
        f"{value.numerator:,.0f} / {value.denominator:,.0f}",
        f"{len(value.excluded):,}",
        "-" if interval is None else f"{interval.low * 100:.1f} % to {interval.high * 100:.1f} %",
        _goal(figure),
        figure.verdict.replace("_", " "),
        "-" if figure.before is None else figure.before.shown,
        figure.trend,
        value.definition,
    )


def _goal(figure: ReviewedFigure) -> str:
    return figure.wanted or "-"


def _breaches(pack: ReviewPack) -> Element:
    rows = [
        (
            breach.ticket,
            breach.metric,
            breach.cycle,
            breach.assignee or breach.team or "nobody",
            breach.desk or "-",
            f"{breach.consumed_us / 60_000_000:,.0f} min",
            "-" if breach.target_us is None else f"{breach.target_us / 60_000_000:,.0f} min",
        )
        for breach in pack.breaches
    ]
    return html.table(("ticket", "promise", "cycle", "held by", "desk", "took", "of"), rows)


def _actions(pack: ReviewPack) -> Iterator[Element]:
    if pack.actions:
        rows = [(action.about, action.what, action.owner, action.due_on.isoformat()) for action in pack.actions]
        yield html.table(("about", "what", "owner", "due"), rows)
    if pack.without_action:
        yield element("p", f"Nobody does anything about: {', '.join(pack.without_action)}.")
    elif not pack.actions:
        yield element("p", "None, and no figure misses its goal.")


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:,g}"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value * 100:.1f} %"
