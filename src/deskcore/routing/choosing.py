"""What the policies that choose among agents share: what became of each candidate, and the count of reasons.

Layer: routing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from deskcore.routing.ranking import Ranking, Then
from deskcore.routing.requirement import AllRequired, Requirement
from deskcore.routing.snapshot import Candidate, Snapshot
from deskcore.routing.trace import Ruling
from deskcore.routing.waiting import WaitingFacts


def ruling(
    required: Requirement, ranking: Ranking | None, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot
) -> Ruling:
    """What a step makes of one candidate: the first requirement that failed, or the places of an eligible one."""
    failed = required.failing(ticket, candidate, floor)
    if failed is not None:
        but_room = failed.is_about_room and _meets_the_rest(required, ticket, candidate, floor)
        reason = failed.because(ticket, candidate, floor)
        return Ruling(candidate.id, candidate.called, str(failed), reason, lacks_only_room=but_room)
    if ranking is None:
        return Ruling(candidate.id, candidate.called, None, required.because(ticket, candidate, floor))
    return Ruling(
        candidate.id,
        candidate.called,
        None,
        "meets every requirement",
        (*ranking.key(ticket, candidate, floor), candidate.id),
        (*ranking.words(ticket, candidate, floor), f"id {candidate.id}"),
    )


def places_of(ranking: Ranking, rulings: tuple[Ruling, ...]) -> tuple[str, ...]:
    """The name of each place of the keys, the last one's ``id``; empty where a part has places of its own number."""
    parts = ranking.parts if isinstance(ranking, Then) else (ranking,)
    names = (*(str(part) for part in parts), "id")
    return names if all(len(one.key) in {0, len(names)} for one in rulings) else ()


def counted(failed: Iterable[Requirement | None]) -> str:
    """How many failed what, the commonest first."""
    counts = Counter(part.otherwise for part in failed if part is not None)
    return ", ".join(f"{count} {words}" for words, count in counts.most_common()) or "the desk has none"


def _meets_the_rest(required: Requirement, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
    parts = required.parts if isinstance(required, AllRequired) else (required,)
    return all(part.is_about_room or part.test(ticket, candidate, floor) for part in parts)
