"""Why this one and why not each other: a decision taken apart, rebuilt from the snapshot whenever somebody asks.

Nothing of it is computed while deciding.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, final

import attrs

from deskcore.routing.decision import Decision
from deskcore.routing.policy import RoutingPolicy
from deskcore.routing.snapshot import Snapshot
from deskcore.routing.trace import Ruling, Step
from deskcore.routing.waiting import WaitingFacts

Plain: TypeAlias = "str | bool | list[Plain] | dict[str, Plain] | None"


@final
@attrs.frozen
class Explanation:
    """A decision with every step that was asked and every candidate that was looked at.

    >>> Explanation(Decision("wait", "T-1"), ()).why_not("bo")
    'bo was not asked: no step looked at it'
    """

    decision: Decision
    steps: tuple[Step, ...]
    known: frozenset[str] | None = attrs.field(default=None, kw_only=True, eq=False, repr=False)
    """Every agent and desk there is; ``None`` where that is not told."""

    @property
    def chosen(self) -> str | None:
        """The id of whoever got the ticket: agent or desk; ``None`` when nobody did."""
        if not self.decision.places and self.decision.kind != "offer":
            return None
        return self.decision.agent or self.decision.desk

    @property
    def candidates(self) -> tuple[str, ...]:
        """Who may have the ticket now, in the order of the register."""
        return self._who(lambda ruling: ruling.is_eligible)

    @property
    def eligible(self) -> tuple[str, ...]:
        """Who may have the ticket once they have room, in the order of the register."""
        return self._who(lambda ruling: ruling.is_eligible or ruling.lacks_only_room)

    def _who(self, meets: Callable[[Ruling], bool]) -> tuple[str, ...]:
        found = (ruling.candidate for step in self.steps for ruling in step.rulings if meets(ruling))
        return tuple(dict.fromkeys(found))

    @property
    def decided_by(self) -> str | None:
        """What put the winner before the next best: a ranking in words, or ``id``; ``None`` where nobody was second."""
        if not self.steps or self.chosen is None:
            return None
        first, second = (*in_order(self.steps[-1]), None, None)[:2]
        if first is None or second is None or not second.is_eligible or not first.key:
            return None
        place = next(place for place, (one, two) in enumerate(zip(first.key, second.key, strict=True)) if one != two)
        places = self.steps[-1].places
        return places[place] if places else str(self.steps[-1].ranking)

    def why(self) -> str:
        """The decision in one line."""
        return self.decision.explain()

    def why_not(self, candidate: str) -> str:
        """Why an agent or desk did not get the ticket: each step's reason, or the key in which the winner came first.

        A candidate whom no step looked at was not asked; one who is nowhere in the register is unknown.
        """
        if candidate == self.chosen:
            return f"{candidate} got it"
        reasons = [
            self._reason(step, ruling)
            for step in self.steps
            for ruling in step.rulings
            if ruling.candidate == candidate
        ]
        if reasons:
            return "; then ".join(dict.fromkeys(reasons))
        if self.known is not None and candidate not in self.known:
            return f"{candidate} is unknown: neither an agent nor a desk"
        return f"{candidate} was not asked: no step looked at it"

    def explain(self) -> str:
        """The whole decision: the line itself, then each step with its candidates, best first."""
        lines = [self.why()]
        for place, step in enumerate(self.steps, start=1):
            lines.append(f"{place}. {step.policy}: {_outcome(step)}")
            lines += [f"   - {self._line(step, ruling)}" for ruling in in_order(step)]
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.explain()

    def to_dict(self) -> dict[str, Plain]:
        """For programs: the decision, and each step with its candidates, best first."""
        return {
            "decision": {
                name: list[Plain](value) if isinstance(value, list) else value
                for name, value in self.decision.to_dict().items()
            },
            "steps": [
                {
                    "policy": step.policy,
                    "kind": step.decision.kind,
                    "because": list[Plain](step.decision.because),
                    "candidates": [
                        {
                            "id": ruling.candidate,
                            "eligible": ruling.is_eligible,
                            "failed": ruling.requirement,
                            "reason": ruling.reason,
                            "key": list[Plain](ruling.words),
                        }
                        for ruling in in_order(step)
                    ],
                }
                for step in self.steps
            ],
        }

    def _line(self, step: Step, ruling: Ruling) -> str:
        if ruling.is_eligible and ruling.candidate == self.chosen and step is self.steps[-1]:
            words = f" ({', '.join(ruling.words[:-1])})" if ruling.words else ""
            return f"{ruling.candidate}: chosen{words}"
        return f"{ruling.candidate}: {self._reason(step, ruling)}"

    def _reason(self, step: Step, ruling: Ruling) -> str:
        if not ruling.is_eligible:
            return ruling.reason
        winner = next((other for other in step.rulings if other.candidate == self.chosen), None)
        if winner is None or not ruling.key or not winner.key:
            return ruling.reason
        place = next(
            place for place, (ours, theirs) in enumerate(zip(ruling.key, winner.key, strict=True)) if ours != theirs
        )
        if place == len(ruling.key) - 1:
            return f"{ruling.called} equals {winner.called} but for the id, which comes later"
        return f"{ruling.called} {ruling.words[place]}, {winner.called} {winner.words[place]}"


def explain(policy: RoutingPolicy, ticket: WaitingFacts, floor: Snapshot) -> Explanation:
    """Decide again and keep everything that was looked at. Cost: about twice a decision's.

    >>> from datetime import UTC, datetime
    >>> from deskcore.routing import ToAgent
    >>> from deskcore.staff import Agent, Staff
    >>> nine = datetime(2026, 5, 22, 9, tzinfo=UTC)
    >>> floor = Snapshot(at=nine, staff=Staff(agents=(Agent("bo"),)))
    >>> print(explain(ToAgent(), WaitingFacts("T-1", opened_at=nine, queued_at=nine), floor).why_not("bo"))
    bo is signed off
    """
    known = frozenset((*(agent.id for agent in floor.staff.agents), *floor.staff.desks))
    return Explanation(policy.decide(ticket, floor), policy.trace(ticket, floor), known=known)


def in_order(step: Step) -> tuple[Ruling, ...]:
    """The candidates of a step: the eligible first, best first, then those ruled out, by id.

    >>> from deskcore.routing import Wait
    >>> in_order(Step(str(Wait()), Decision("wait", "T-1")))
    ()
    """
    eligible = sorted((ruling for ruling in step.rulings if ruling.is_eligible), key=lambda ruling: ruling.key)
    ruled_out = sorted(
        (ruling for ruling in step.rulings if not ruling.is_eligible), key=lambda ruling: ruling.candidate
    )
    return (*eligible, *ruled_out)


def _outcome(step: Step) -> str:
    decision = step.decision
    match decision.kind:
        case "assign":
            return f"{decision.agent}"
        case "offer":
            return f"{decision.agent}"
        case "hand_off":
            return f"desk {decision.desk}"
        case "none":
            return "; ".join(decision.because) or "no answer"
        case other:
            return other
