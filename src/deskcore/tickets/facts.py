"""What conditions may ask of a ticket.

Not here: facts about clocks, queues or people, which their rooms export.

Layer: tickets.
"""

from __future__ import annotations

from typing import Final

from deskcore.predicate import Fact, FactValue
from deskcore.tickets.party import Party
from deskcore.tickets.status import PHASES, WAITS_FOR
from deskcore.tickets.ticket import Ticket

FIELD_PREFIX: Final = "field."

FACTS: Final[tuple[Fact, ...]] = (
    Fact("priority", "text", "the ticket's priority, by name"),
    Fact("impact", "number", "impact, 1 the gravest"),
    Fact("urgency", "number", "urgency, 1 the gravest"),
    Fact("kind", "text", "incident, request, problem or what else the lifecycle knows"),
    Fact("category", "text", "what the ticket is about"),
    Fact("service", "text", "the service concerned"),
    Fact("channel", "text", "how the ticket came in"),
    Fact("queue", "text", "the queue that holds it"),
    Fact("team", "text", "the team that has it"),
    Fact("desk", "text", "the desk that has it: the own house's or a partner's"),
    Fact("assignee", "text", "the person who has it"),
    Fact("assigned", "flag", "whether a person has it"),
    Fact("status", "text", "the status, by name"),
    Fact("phase", "text", "the phase of the status", PHASES),
    Fact("waits_for", "text", "whom a waiting status waits for", WAITS_FOR),
    Fact("hold_reason", "text", "why it waits"),
    Fact("resolution", "text", "the resolution code"),
    Fact("tags", "names", "the tags on it"),
    Fact("skills", "names", "the skills it needs"),
    Fact("requester", "text", "the id of who asked"),
    Fact("organisation", "text", "the requester's organisation"),
    Fact("customer_tier", "text", "the tier agreed with that organisation"),
    Fact("vip", "flag", "whether the requester is a very important person"),
    Fact("language", "text", "the requester's first language"),
    Fact("languages", "names", "all languages the requester speaks"),
    Fact("data_class", "text", "the most sensitive class of data touched"),
    Fact("lifecycle", "text", "the lifecycle it follows"),
    Fact("reopens", "number", "how often it was reopened"),
    Fact("team_changes", "number", "how often the team changed"),
    Fact("assignee_changes", "number", "how often the person changed"),
    Fact("replies", "number", "public messages by staff that no machine wrote"),
    Fact("contacts", "number", "public messages by the requester that no machine wrote"),
    Fact("holds", "number", "how often it was put on hold"),
    Fact("awaits_reply", "flag", "whether a public message of the requester is unanswered"),
    Fact("merged", "flag", "whether it was merged into another ticket"),
)
"""Every fact of a ticket. Besides these there is ``field.<name>`` for each custom field."""

TOLD_BY_MESSAGES: Final = frozenset({"replies", "contacts", "awaits_reply"})
"""The facts that messages change, besides what they do to a status."""

_NOBODY: Final = Party("nobody")


def facts(ticket: Ticket) -> dict[str, FactValue]:
    """What is known of a ticket, by the names of ``FACTS`` and ``field.<name>``. Absent is ``None``.

    >>> from deskcore.tickets import replay
    >>> from deskcore.testing.tickets import opening
    >>> facts(replay([opening("T-1", priority="p1")]))["priority"]
    'p1'
    """
    header, triage, place, counters = ticket.header, ticket.triage, ticket.place, ticket.counters
    status, hold = ticket.status, ticket.hold
    party = header.requester or _NOBODY
    known: dict[str, FactValue] = {
        "priority": ticket.priority,
        "impact": triage.impact,
        "urgency": triage.urgency,
        "kind": header.kind,
        "category": triage.category,
        "service": triage.service,
        "channel": header.channel,
        "queue": place.queue,
        "team": place.team,
        "desk": place.desk,
        "assignee": place.assignee,
        "assigned": place.assignee is not None,
        "status": status.name,
        "phase": status.phase,
        "waits_for": status.waits_for,
        "hold_reason": None if hold is None else hold.reason,
        "resolution": ticket.resolution,
        "tags": ticket.tags,
        "skills": triage.skills,
        "requester": None if header.requester is None else party.id,
        "organisation": party.organisation,
        "customer_tier": party.tier,
        "vip": party.vip,
        "language": party.languages[0] if party.languages else None,
        "languages": frozenset(party.languages),
        "data_class": party.data_class,
        "lifecycle": header.lifecycle,
        "reopens": counters.reopens,
        "team_changes": counters.team_changes,
        "assignee_changes": counters.assignee_changes,
        "replies": counters.replies,
        "contacts": counters.contacts,
        "holds": counters.holds,
        "awaits_reply": ticket.marks.waiting_since is not None,
        "merged": ticket.annex.merged is not None,
    }
    for name, value in ticket.fields.items():
        known[FIELD_PREFIX + name] = value
    return known
