"""The sections of a report that show the configuration: the matrix, promises, routing, findings, definitions.

Layer: render. Imports _draw and its own room.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from deskcore._draw import Element, charts, html
from deskcore._draw.html import element
from deskcore.escalation.pictures import matrix_html
from deskcore.hours import ElapsedDuration
from deskcore.oversight import KpiValue
from deskcore.predicate import ALWAYS
from deskcore.render.digest import Digest
from deskcore.routing.pictures import policy_tree
from deskcore.sla import SlaPolicy, Target


def escalation(digest: Digest) -> Iterator[Element]:
    """Which rungs fired how often, and the matrix they belong to."""
    matrix = digest.configuration.matrix
    if matrix is None and not digest.rungs:
        yield element("p", "The desk has no escalation matrix.")
        return
    fired = sum(rung.fired for rung in digest.rungs)
    yield element("p", f"{fired:,} rungs fired." if fired else "No rung fired.")
    if digest.rungs:
        rows = [(rung.rung, rung.axis, rung.fired, rung.tickets) for rung in digest.rungs]
        yield html.table(
            ("rung", "axis", "fired", "in tickets"), rows, caption="The ladder, and how far tickets climbed"
        )
        if fired:
            bars = [(f"{rung.rung} ({rung.axis})", float(rung.fired)) for rung in digest.rungs]
            yield charts.bar_chart(bars, title="Rungs fired")
    if matrix is not None:
        yield matrix_html(matrix)


def promises(digest: Digest) -> Iterator[Element]:
    """Every target of every policy, in the order in which they are asked; and the calendars they count on."""
    setup = digest.configuration
    if not setup.book.policies:
        yield element("p", "The desk promises nothing.")
    for policy in setup.book.policies:
        rows = [(target.metric, _within(target), _when(target), _calendar(target, policy)) for target in policy.targets]
        whom = "" if policy.when == ALWAYS else f", when {policy.when}"
        caption = f"Policy {policy.id}, version {policy.version}{whom}"
        yield html.table(("metric", "within", "for", "counted on"), rows, caption=caption)
        yield element("p", "The first row that holds for a ticket is its target.", class_="note")
    rows_ = [(name, repr(calendar)) for name, calendar in setup.calendars.items()]
    yield html.table(("calendar", "hours"), rows_, caption="Calendars")


def routing(digest: Digest) -> Iterator[Element]:
    """The routing policy as a tree."""
    policy = digest.configuration.routing
    if policy is None:
        yield element("p", "The desk has no routing policy: tickets are assigned by hand.")
        return
    yield element("p", "Asked from top to bottom, the first answer counts.", class_="note")
    yield element("pre", policy_tree(policy))


def findings(digest: Digest) -> Iterator[Element]:
    """What is wrong with the configuration, or questionable."""
    if not digest.findings:
        yield element("p", "Nothing is questionable about the configuration.")
        return
    rows = [(problem.path, problem.message, problem.code) for problem in digest.findings]
    yield html.table(("where", "what", "code"), rows)


def definitions(digest: Digest) -> Iterator[Element]:
    """Each figure with its definition, what it was made of, and what was left out for which reason."""
    rows = [
        (value.name, value.shown.replace(" ", "\u00a0"), _made_of(value), _left_out(value), value.definition)
        for value in digest.values
    ]
    yield html.table(("figure", "value", "numerator / denominator", "left out", "definition"), rows)


def _within(target: Target) -> str:
    if target.until_field is not None:
        return f"by the instant in field {target.until_field}"
    return "measured only" if target.within is None else str(target.within)


def _when(target: Target) -> str:
    return "every ticket" if target.when == ALWAYS else str(target.when)


def _calendar(target: Target, policy: SlaPolicy) -> str:
    if isinstance(target.within, ElapsedDuration):
        return "all time"
    return f"calendar {target.calendar or policy.calendar}"


def _made_of(value: KpiValue) -> str:
    total = f"{value.numerator / 3600:,.1f} h" if value.unit == "seconds" else f"{value.numerator:,.0f}"
    return f"{total} / {value.denominator:,.0f}"


def _left_out(value: KpiValue) -> str:
    counts = Counter(one.reason for one in value.excluded)
    aside = ", ".join(f"{count:,} {reason}" for reason, count in sorted(counts.items())) or "nothing"
    return aside if value.value is not None else f"{aside}; no value, because {value.reason}"
