"""Pictures of routing: a policy as a tree, in text and as Mermaid source; a decision as a table.

Layer: routing. Draws with _draw.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from deskcore._draw import mermaid, text
from deskcore.routing.assign import HandOff, ToAgent
from deskcore.routing.backtest import Difference
from deskcore.routing.best import ToBest
from deskcore.routing.capped import ShareCapped
from deskcore.routing.contract import Committed
from deskcore.routing.dated import Dated
from deskcore.routing.decision import Decision
from deskcore.routing.explain import Explanation, in_order
from deskcore.routing.gate import Overflow
from deskcore.routing.line import InLine
from deskcore.routing.policy import AfterWait, FirstOf, RoutingPolicy, When
from deskcore.routing.resort import IfAnybody
from deskcore.routing.share import Blend
from deskcore.routing.steps import Offering, Steps


def policy_tree(policy: RoutingPolicy) -> str:
    """A policy as an indented tree of text, in the order in which it is asked.

    >>> from deskcore.routing import HandOff, ToAgent
    >>> print(policy_tree(ToAgent() | HandOff("manila")))
    first answer of
    ├─ an agent of house, least utilised, then longest idle
    └─ desk manila
    """
    return "\n".join(_tree(policy, "", ""))


def policy_flowchart(policy: RoutingPolicy) -> str:
    """A policy as the source of a Mermaid flowchart.

    >>> print(policy_flowchart(HandOff("manila")))
    flowchart TD
      n0["desk manila"]
    """
    nodes: list[tuple[str, str, mermaid.Shape]] = []
    edges: list[tuple[str, str, str]] = []

    def walk(node: RoutingPolicy) -> str:
        name = str(len(nodes))
        nodes.append((name, _label(node), _shape(node)))
        for label, part in _parts(node):
            edges.append((name, walk(part), label))
        return name

    walk(policy)
    return mermaid.flowchart(nodes, edges)


def decision_table(explanation: Explanation) -> str:
    """Every candidate that was looked at, step by step, best first, as a table of text.

    >>> from deskcore.routing import Decision
    >>> from deskcore.routing.trace import Ruling, Step
    >>> step = Step("an agent", Decision("none", "T-1"), (Ruling("bo", "bo", "has room", "bo holds 3 of 3"),))
    >>> print(decision_table(Explanation(step.decision, (step,))))
    step  candidate  verdict    because
    ----  ---------  ---------  ---------------
       1  bo         ruled out  bo holds 3 of 3
    """
    rows = [
        (
            str(place),
            ruling.candidate,
            _verdict(explanation, ruling.candidate, eligible=ruling.is_eligible, last=step is explanation.steps[-1]),
            ", ".join(ruling.words) or ruling.reason,
        )
        for place, step in enumerate(explanation.steps, start=1)
        for ruling in in_order(step)
    ]
    return text.table(rows, headers=("step", "candidate", "verdict", "because"), align="><<<")


def comparison_table(differences: Iterable[Difference]) -> str:
    """Where two policies part, one decision a row, as a table of text.

    >>> from datetime import UTC, datetime
    >>> from deskcore.routing import Decision
    >>> nine = datetime(2026, 5, 22, 9, tzinfo=UTC)
    >>> print(comparison_table([Difference(nine, Decision("assign", "T-1", agent="bo"), Decision("wait", "T-1"))]))
    at                         ticket  first  second
    -------------------------  ------  -----  ------
    2026-05-22T09:00:00+00:00  T-1     bo     wait
    """
    rows = [
        (one.at.isoformat(), one.decision.ticket, *(_whom(answer) for answer in (one.decision, one.other)))
        for one in differences
    ]
    return text.table(rows, headers=("at", "ticket", "first", "second"), align="<<<<")


def _whom(decision: Decision) -> str:
    return decision.agent or (f"desk {decision.desk}" if decision.kind == "hand_off" else decision.kind)


def _verdict(explanation: Explanation, candidate: str, *, eligible: bool, last: bool) -> str:
    if not eligible:
        return "ruled out"
    return "chosen" if last and candidate == explanation.chosen else "eligible"


def _tree(node: RoutingPolicy, first: str, rest: str) -> Iterator[str]:
    yield first + _label(node)
    parts = _parts(node)
    for place, (label, part) in enumerate(parts, start=1):
        last = place == len(parts)
        prefix = f"{label}: " if label not in {"", "then"} else ""
        yield from _tree(part, f"{rest}{'└─ ' if last else '├─ '}{prefix}", rest + ("   " if last else "│  "))


def _parts(node: RoutingPolicy) -> tuple[tuple[str, RoutingPolicy], ...]:
    match node:
        case FirstOf():
            return tuple(("", step) for step in node.steps)
        case Overflow():
            return (("closed", node.inside), ("open", node.outside))
        case When() | AfterWait() | Offering() | InLine():
            return (("then", node.policy),)
        case Blend():
            return tuple((str(portion), portion.policy) for portion in node.portions)
        case Dated():
            dated = ((f"during {one.season}", one.policy) for one in node.overrides)
            return (*dated, ("else", node.usually))
        case Steps():
            timed = ((f"for {step.lasts}", step.policy) for step in node.steps)
            return (*timed, ("after", node.then))
        case IfAnybody():
            return (("somebody", node.then), ("nobody", node.otherwise))
        case Committed() | ShareCapped():
            return (("partner", node.partner), ("else", node.other))
        case _:
            return node.parts_by_label()


def _label(node: RoutingPolicy) -> str:
    match node:
        case FirstOf():
            return "first answer of"
        case Overflow():
            return str(node.gate)
        case When():
            return f"when {node.condition}"
        case AfterWait():
            return f"after waiting {node.waited}"
        case _:
            return _label_of_many(node)


def _label_of_many(node: RoutingPolicy) -> str:
    match node:
        case Blend():
            return f"shared as {node.id}"
        case Dated():
            return "by date"
        case Steps():
            return f"steps {node.id}"
        case IfAnybody():
            return f"if anybody of {node.desk} meets: {node.meets}"
        case Committed():
            return f"at least {node.least} a {node.period.span} as {node.id}"
        case ShareCapped():
            return f"at most {node.most} % a {node.period.span} as {node.id}"
        case Offering():
            lapses = "" if node.lapses_after is None else f" for {node.lapses_after}"
            return f"offer{lapses}" + ("" if node.most is None else f", at most {node.most} times")
        case InLine():
            return f"in line: {node.kept}"
        case _:
            return str(node)


def _shape(node: RoutingPolicy) -> mermaid.Shape:
    match node:
        case ToAgent() | HandOff() | ToBest():
            return "box"
        case _:
            return "choice" if node.parts_by_label() else "end"
