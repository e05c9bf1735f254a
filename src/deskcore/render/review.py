"""The review of a partner as one self-contained, printable HTML file with inline SVG.

Not here: what stands in it (``deskcore.oversight.review``), its charts (``review_charts``).

Layer: render. Imports _draw and oversight.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from deskcore._draw import Element, Key, charts, html
from deskcore._draw.html import element
from deskcore._draw.palette import BLUE, GREY, ORANGE, RED
from deskcore._value import SECOND
from deskcore.oversight.backlog import BacklogDay
from deskcore.oversight.breaches import Breach
from deskcore.oversight.goals import ReviewedFigure
from deskcore.oversight.pictures import backlog_chart, breakdown_html
from deskcore.oversight.review import ReviewPack
from deskcore.oversight.tally import Breakdown
from deskcore.oversight.value import spoken
from deskcore.render.review_charts import interval_chart, trend_chart

_VERDICTS: Final = (
    Key("met", "met", BLUE),
    Key("missed", "missed", RED),
    Key("no_value", "no value", ORANGE),
    Key("no_target", "no target", GREY),
)
_BREACHES: Final = 200
"""How many breaches the page lists; the rest is counted, and stands in the data."""


def review_html(
    pack: ReviewPack,
    *,
    backlog: Sequence[BacklogDay] = (),
    breakdowns: Iterable[Breakdown] = (),
    language: str = "en",
) -> str:
    """The whole review as one file: no script, no address, nothing to load.

    ``backlog`` adds its line, ``breakdowns`` a table for each dimension. Of many breaches the page lists the first 200
    and counts the rest.

    >>> from datetime import date
    >>> from deskcore.oversight.review import review
    >>> page = review_html(review("manila", [], first=date(2026, 5, 1), last=date(2026, 5, 31)))
    >>> page.startswith("<!DOCTYPE html>"), "<svg" in page, "http" in page.replace("http://www.w3.org", "")
    (True, True, False)
    """
    title = f"Review of {pack.partner}, {pack.first.isoformat()} to {pack.last.isoformat()}"
    parts = (*_head(pack), *_sections(pack, backlog, tuple(breakdowns)))
    return html.page(title, [element("h1", title), *parts], language=language)


def _head(pack: ReviewPack) -> Iterator[Element]:
    """What a reader in a hurry wants: a few numbers."""
    judged = [figure for figure in pack.figures if figure.goal is not None]
    met = sum(figure.verdict == "met" for figure in judged)
    cards = [(f"{met} of {len(judged)}", "goals met"), (f"{len(pack.breaches):,}", "promises broken")]
    if pack.scorecard is not None:
        score = pack.scorecard.score
        shown = f"{pack.scorecard.least * 100:.0f} to {pack.scorecard.most * 100:.0f} %" if score is None else ""
        cards.append((shown or f"{(score or 0) * 100:.1f} %", "scorecard"))
    if pack.audit is not None:
        cards.append(("rejected" if pack.audit.rejects() else "not rejected", "the partner's claim"))
    if pack.settlement is not None:
        cards.append((str(pack.settlement.net), "credit" if pack.settlement.bonus is None else "credit less bonus"))
    if pack.without_action:
        cards.append((f"{len(pack.without_action)}", "missed goals without an action"))
    yield element("div", *(_card(value, label) for value, label in cards), class_="cards")


def _card(value: str, label: str) -> Element:
    return element("div", element("b", value), element("span", label), class_="card")


def _sections(pack: ReviewPack, backlog: Sequence[BacklogDay], breakdowns: Sequence[Breakdown]) -> Iterator[Element]:
    if pack.scorecard is not None:
        yield html.section("Scorecard", *_scorecard(pack))
    yield html.section("Figures", *_figures(pack))
    if pack.trends:
        yield html.section("Trends", *_trends(pack))
    if breakdowns:
        yield html.section("Breakdowns", *_breakdowns(breakdowns))
    if backlog:
        yield html.section("Backlog", backlog_chart(backlog))
    if pack.breaches:
        yield html.section("Breaches", *_breaches(pack.breaches))
    yield from _audit(pack)
    if pack.settlement is not None:
        yield html.section("Credits", element("pre", pack.settlement.explain()))
    if pack.deliveries:
        days = [(one.due_on.isoformat(), one.received_on, one.receipt.replace("_", " ")) for one in pack.deliveries]
        received = [(due, "-" if on is None else on.isoformat(), receipt) for due, on, receipt in days]
        yield html.section("Reports", html.table(("due", "received", "receipt"), received))
    yield html.section("Actions", *_actions(pack))


def _scorecard(pack: ReviewPack) -> Iterator[Element]:
    if pack.scorecard is None:
        return
    bars = [(f"{one.name} ({one.weight * 100:.0f} %)", one.least * 100) for one in pack.scorecard.viewpoints]
    yield charts.bar_chart(bars, title="Score by viewpoint; what is missing counts as nothing", unit="%")
    if pack.scorecard.missing:
        yield element("p", f"Missing: {', '.join(pack.scorecard.missing)}.")


def _figures(pack: ReviewPack) -> Iterator[Element]:
    counts = [sum(figure.verdict == key.kind for figure in pack.figures) for key in _VERDICTS]
    yield charts.stacked_bars([("figures", counts)], _VERDICTS, title="Figures by verdict")
    yield interval_chart(pack.figures)
    judged = [figure for figure in pack.figures if figure.goal is not None]
    others = [figure for figure in pack.figures if figure.goal is None]
    if judged:
        headers = ("figure", "value", "goal", "verdict", "interval", "before", "trend", "made of", "left out")
        yield html.table(headers, [_judged(figure) for figure in judged], caption="Against their goals")
    plain = ("figure", "value", "interval", "before", "made of", "left out")
    yield html.table(plain, [_line(figure) for figure in others], caption="Without a goal")
    definitions = [(figure.value.name, figure.value.definition) for figure in pack.figures]
    yield html.details("Definitions", html.table(("figure", "definition"), definitions))
    left_out = [(figure.value.name, figure.value.left_out()) for figure in pack.figures if figure.value.excluded]
    if left_out and sum(len(text) for _, text in left_out) < 100_000:  # noqa: PLR2004 - more would bury the page
        yield html.details("What was left out, and why", html.table(("figure", "tickets"), left_out))


def _judged(figure: ReviewedFigure) -> tuple[str, ...]:
    name, value, interval, before, *made = _line(figure)
    return (name, value, figure.wanted, figure.verdict.replace("_", " "), interval, before, figure.trend, *made)


def _line(figure: ReviewedFigure) -> tuple[str, ...]:
    value, interval = figure.value, figure.interval
    return (
        value.name,
        value.shown if value.value is not None else f"no value: {value.reason}",
        "-" if interval is None else f"{interval.low * 100:.1f} to {interval.high * 100:.1f} %",
        "-" if figure.before is None else figure.before.shown,
        value.made_of,
        f"{len(value.excluded):,}",
    )


def _trends(pack: ReviewPack) -> Iterator[Element]:
    for trend in pack.trends:
        yield trend_chart(trend)
        if trend.signals:
            told = "; ".join(f"{signal.label}: {signal.rule}" for signal in trend.signals)
            yield element("p", f"Not by chance: {told}.", class_="note")
    if pack.contradictions:
        yield element("p", "Look closer: ", "; ".join(one.explain() for one in pack.contradictions), ".")


def _breakdowns(breakdowns: Sequence[Breakdown]) -> Iterator[Element]:
    for dimension in dict.fromkeys(one.dimension for one in breakdowns):
        of = [one for one in breakdowns if one.dimension == dimension]
        yield breakdown_html(of, caption=f"By {dimension.replace('_', ' ')}")


def _breaches(breaches: Sequence[Breach]) -> Iterator[Element]:
    rows = [
        (
            element("span", breach.ticket, style="white-space: nowrap"),
            breach.metric,
            breach.cycle,
            breach.assignee or breach.team or "nobody",
            breach.desk or "-",
            spoken(breach.consumed_us / SECOND),
            "-" if breach.target_us is None else spoken(breach.target_us / SECOND),
            ", ".join(breach.causes) or "-",
        )
        for breach in breaches[:_BREACHES]
    ]
    yield html.table(("ticket", "promise", "cycle", "held by", "desk", "took", "of", "what its life tells"), rows)
    if len(breaches) > _BREACHES:
        yield element("p", f"And {len(breaches) - _BREACHES:,} more.")


def _audit(pack: ReviewPack) -> Iterator[Element]:
    if pack.audit is not None:
        interval = pack.audit.interval()
        trusted = "" if interval is None else f" The sample leaves {interval}."
        told = [element("p", f"{pack.audit.explain()}.{trusted}")]
        if pack.audited is not None:
            told.append(element("pre", pack.audited.explain()))
        yield html.section("Audit", *told)
    if pack.reconciliation is not None:
        rows = [
            (row.name, _number(row.partner), _number(row.own), _share(row.difference), row.finding.replace("_", " "))
            for row in pack.reconciliation.rows
        ]
        yield html.section("Reconciliation", html.table(("figure", "partner", "own", "difference", "finding"), rows))


def _actions(pack: ReviewPack) -> Iterator[Element]:
    if pack.actions:
        rows = [(action.about, action.what, action.owner, action.due_on.isoformat()) for action in pack.actions]
        yield html.table(("about", "what", "owner", "due"), rows)
    if pack.waivers:
        waived = [(one.about, one.because, one.by, one.until.isoformat()) for one in pack.waivers]
        yield html.table(("about", "waived because", "by", "until"), waived)
    if pack.without_action:
        yield element("p", f"Nobody does anything about: {', '.join(pack.without_action)}.")
    elif not (pack.actions or pack.waivers):
        yield element("p", "None, and no figure misses its goal.")


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:,g}"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value * 100:.1f} %"
