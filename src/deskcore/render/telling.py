"""What an event says, in a sentence. Events of hosts and of later releases are told by their fields.

Layer: render. Imports the rooms whose events it tells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, tzinfo
from types import MappingProxyType
from typing import Final

import attrs

from deskcore._value import FrozenDict
from deskcore.escalation.events import RungFired
from deskcore.log import Actor, Event, EventData, Unknown
from deskcore.render.words import moment
from deskcore.routing.events import Routed
from deskcore.sla import Signalled
from deskcore.sla.events import ClockReset, Exempted
from deskcore.tickets import Party, Status
from deskcore.tickets.events import (
    Adopted,
    Assigned,
    Cancelled,
    Classified,
    Closed,
    FieldSet,
    Held,
    ImpactUrgencySet,
    MessagePosted,
    Opened,
    PartyChanged,
    PrioritySet,
    Reopened,
    Resolved,
    Resumed,
    StatusChange,
    TagAdded,
    TagRemoved,
    Transferred,
    Unassigned,
)

_UNSAID: Final[tuple[object, ...]] = (None, "", (), frozenset[str](), FrozenDict[str]())


def told(event: Event, zone: tzinfo) -> str:
    """An event in a sentence, instants on the wall clock of ``zone``.

    What was found out later than it happened says so.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 5, 22, 12, tzinfo=UTC)
    >>> told(Event("T-1", 2, noon, noon, Actor.agent("bo"), Assigned("bo", team="first")), UTC)
    'assigned to bo, team first (manual)'
    """
    tell = _WORDS.get(type(event.data))
    if tell is not None:
        said = tell(event.data, zone)
    elif isinstance(event.data, StatusChange):
        said = _move(event.data, zone)
    else:
        said = _by_fields(event.data, zone)
    late = event.recorded_at - event.at
    return f"{said} (recorded {moment(event.recorded_at, zone)})" if late.total_seconds() >= 1 else said


def who(actor: Actor) -> str:
    """Somebody with their role, unless their name is their role.

    >>> who(Actor.agent("bo")), who(Actor.system())
    ('bo (agent)', 'system')
    """
    return actor.id if actor.role in {actor.id, "system"} else f"{actor.id} ({actor.role})"


def party(requester: Party) -> str:
    """A requester and what is known of them.

    >>> party(Party("ann", organisation="acme", tier="gold", languages=("nl",)))
    'ann (acme, tier gold, speaks nl)'
    """
    known = [requester.organisation or ""]
    known += [f"tier {requester.tier}" if requester.tier else ""]
    known += [f"speaks {', '.join(requester.languages)}" if requester.languages else ""]
    known += [f"data class {requester.data_class}" if requester.data_class else "", "vip" if requester.vip else ""]
    said = ", ".join(word for word in known if word)
    return f"{requester.id} ({said})" if said else requester.id


def _by_fields(data: EventData, zone: tzinfo) -> str:
    """What an event's fields say, without those left at their default."""
    if isinstance(data, Unknown):
        return f"{data.type}, version {data.v}, which this release does not know: {data.payload}"
    said = [
        f"{field.name.replace('_', ' ')} {_word(value, zone)}"
        for field in attrs.fields(type(data))
        if (value := getattr(data, field.name)) not in _UNSAID and value != field.default
    ]
    name = data.TYPE.replace("_", " ")
    return f"{name}: {', '.join(said)}" if said else name


def _word(value: object, zone: tzinfo) -> str:
    if isinstance(value, datetime):
        return moment(value, zone)
    if isinstance(value, Status):
        return value.name
    if isinstance(value, Party):
        return party(value)
    if isinstance(value, frozenset):
        return " ".join(sorted(map(str, value)))
    if isinstance(value, tuple):
        return " ".join(map(str, value))
    if isinstance(value, Mapping):
        return " ".join(f"{name}={part}" for name, part in value.items())
    return str(value)


def _opened(data: Opened, zone: tzinfo) -> str:
    how = f" by {data.channel}" if data.channel != "unknown" else ""
    parts = [f"{data.kind} opened{how}: {data.subject}"]
    graded = [f"{name} {value}" for name, value in (("impact", data.impact), ("urgency", data.urgency)) if value]
    if data.priority is not None:
        parts.append(f"priority {data.priority}" + (f" ({', '.join(graded)})" if graded else ""))
    named = ("category", "service", "queue", "team", "desk", "assignee", "policy", "matrix", "skills", "tags", "fields")
    parts += [f"{name} {_word(value, zone)}" for name in named if (value := getattr(data, name)) not in _UNSAID]
    return "; ".join([*parts, f"status {data.status.name}"])


def _adopted(data: Adopted, zone: tzinfo) -> str:
    return f"taken over from elsewhere, opened there {moment(data.opened_at, zone)}: {_opened(data.opened, zone)}"


def _posted(data: MessagePosted, zone: tzinfo) -> str:
    del zone
    kind = {"public": "public message", "internal": "internal note", "partner": "note for the partner"}[data.visibility]
    machine = ", written by a machine" if data.auto_generated else ""
    how = f" by {data.channel}" if data.channel != "unknown" else ""
    return f"{kind} by {_article(data.author_role)}{how}{machine}"


def _article(role: str) -> str:
    return f"the {role}"


def _move(data: StatusChange, zone: tzinfo) -> str:
    waits = f", waiting for {data.status.waits_for}" if data.status.waits_for else ""
    extra = "; ".join(_extras(data, zone))
    return f"{data.source} -> {data.status.name}{waits}" + (f": {extra}" if extra else "")


def _extras(data: StatusChange, zone: tzinfo) -> Iterator[str]:
    match data:
        case Held(reason=reason, until=until) | Reopened(reason=reason, until=until):
            if isinstance(data, Reopened):
                yield f"reopened by {_article(data.by)}" + ("" if data.within_window else ", after the window")
            if reason and reason != data.status.waits_for:
                yield reason
            if until is not None:
                yield f"until {moment(until, zone)}"
        case Resolved(code=code, first_contact=first):
            yield from (word for word in (f"code {code}" if code else "", "at first contact" if first else "") if word)
        case Closed(by=by, code=code):
            yield from (word for word in (f"by {by}", f"code {code}" if code else "") if word)
        case Cancelled(why=why) if why:
            yield why
        case Resumed(timer=True):
            yield "by its timer"
        case _:
            pass


def _assigned(data: Assigned, zone: tzinfo) -> str:
    del zone
    places = [f"team {data.team}" if data.team else "", f"desk {data.desk}" if data.desk else ""]
    return f"assigned to {', '.join(word for word in (data.assignee or 'nobody', *places) if word)} ({data.how})"


def _unassigned(data: Unassigned, zone: tzinfo) -> str:
    del zone
    return "nobody has it any more" + (f": {data.why}" if data.why else "")


def _transferred(data: Transferred, zone: tzinfo) -> str:
    del zone
    places = [f"{name} {value}" for name in ("queue", "team", "desk") if (value := getattr(data, name)) is not None]
    return f"sent to {', '.join(places) or 'nowhere'}" + (f": {data.why}" if data.why else "")


def _priority(data: PrioritySet, zone: tzinfo) -> str:
    del zone
    return f"priority {data.priority or 'none'} ({data.how})" + (f": {data.reason}" if data.reason else "")


def _impact(data: ImpactUrgencySet, zone: tzinfo) -> str:
    del zone
    return f"impact {data.impact or 'none'}, urgency {data.urgency or 'none'}"


def _classified(data: Classified, zone: tzinfo) -> str:
    named = ("category", "service", "kind", "skills")
    said = [f"{name} {_word(value, zone)}" for name in named if (value := getattr(data, name)) is not None]
    return f"classified: {', '.join(said) or 'as before'}"


def _signalled(data: Signalled, zone: tzinfo) -> str:
    cycle = f" (cycle {data.cycle})" if data.cycle > 1 else ""
    if data.kind == "breached":
        return f"clock {data.metric}{cycle} is breached: it was due {moment(data.due, zone)}"
    return f"clock {data.metric}{cycle} warns at {_threshold(data.threshold)}, reached {moment(data.due, zone)}"


def _exempted(data: Exempted, zone: tzinfo) -> str:
    del zone
    clock = f"clock {data.metric}" if data.metric else "every clock"
    return f"{clock} {'counts again' if data.lifted else 'does not count'}: {data.reason}"


def _clock_reset(data: ClockReset, zone: tzinfo) -> str:
    del zone
    return f"clock {data.metric} starts over: {data.reason}"


def _threshold(threshold: str | None) -> str:
    try:
        return f"{float(threshold or ''):.0%} of its target".replace("%", " %")
    except ValueError:
        return str(threshold)


def _rung(data: RungFired, zone: tzinfo) -> str:
    del zone
    return f"rung {data.rung} ({data.axis}), {data.because}: {'; '.join(data.actions) or 'nothing'}"


def _routed(data: Routed, zone: tzinfo) -> str:
    del zone
    match data.kind:
        case "assign":
            return f"routing chose {data.agent}"
        case "hand_off":
            return f"routing chose desk {data.desk}"
        case other:
            return f"routing: {other}"


def _field(data: FieldSet, zone: tzinfo) -> str:
    return f"{data.name} = {_word(data.value, zone)}"


def _tagged(data: TagAdded | TagRemoved, zone: tzinfo) -> str:
    del zone
    return f"{'tagged' if isinstance(data, TagAdded) else 'no longer tagged'} {data.tag}"


def _party_changed(data: PartyChanged, zone: tzinfo) -> str:
    del zone
    return f"the requester is now {party(data.requester)}"


_Tell = Callable[..., str]
_WORDS: Final[Mapping[type[EventData], _Tell]] = MappingProxyType(
    {
        Opened: _opened,
        Adopted: _adopted,
        MessagePosted: _posted,
        Assigned: _assigned,
        Unassigned: _unassigned,
        Transferred: _transferred,
        PrioritySet: _priority,
        ImpactUrgencySet: _impact,
        Classified: _classified,
        Signalled: _signalled,
        Exempted: _exempted,
        ClockReset: _clock_reset,
        RungFired: _rung,
        Routed: _routed,
        FieldSet: _field,
        TagAdded: _tagged,
        TagRemoved: _tagged,
        PartyChanged: _party_changed,
    }
)
