"""What each kind of event changes in a draft: one small function each, chosen by type.

Layer: tickets. Imports the nouns and the draft.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

import attrs

from deskcore.log import Event, EventData
from deskcore.log.actor import STAFF_ROLES
from deskcore.tickets import events as on
from deskcore.tickets._draft import Draft
from deskcore.tickets._steps_beside import BESIDE_QUIET, BESIDE_STEPS
from deskcore.tickets.annex import NO_EFFORT, Annex
from deskcore.tickets.status import OPEN_PHASES, Status
from deskcore.tickets.ticket import Header, Hold, Place, Triage

_DONE: Final = frozenset({"resolved", "closed"})
_NONE_REMINDED: Final[frozenset[str]] = frozenset()
_OVERRIDES: Final = frozenset({"manual", "policy", "escalation"})


def opened(event: Event) -> Draft:
    """A ticket came to be."""
    assert isinstance(event.data, on.Opened)
    draft = _begun(event.data, event, event.at)
    _stamp(draft, event.data.status, event.at)
    if event.data.until is not None:
        draft.hold = Hold(event.data.status.waits_for or "", event.data.until)
    if event.data.requester is not None:
        draft.waiting_since = event.at
    return draft


def adopted(event: Event) -> Draft:
    """A ticket that lived elsewhere: its past is what the event says, its marks begin where that is silent."""
    data = event.data
    assert isinstance(data, on.Adopted)
    draft = _begun(data.opened, event, data.opened_at)
    _stamp(draft, data.opened.status, event.at)
    draft.first_response_at = draft.last_reply_at = data.first_response_at
    if data.resolved_at is not None:
        draft.first_resolved_at = draft.resolved_at = data.resolved_at
        if draft.done_at is not None:
            draft.done_at = data.resolved_at
    draft.reopens = data.reopens
    draft.counted = True
    if data.opened.requester is not None and data.first_response_at is None:
        draft.waiting_since = data.opened_at
    return draft


def _begun(data: on.Opened, event: Event, opened_at: datetime) -> Draft:
    header = Header(
        data.subject, data.requester, data.lifecycle, data.kind, data.channel, opened_at, data.policy, data.matrix
    )
    draft = Draft.new(event.stream, header, event.at, event.recorded_at)
    draft.status = data.status
    draft.priority = data.priority
    draft.place = Place(data.queue, data.team, data.desk, data.assignee)
    draft.triage = Triage(data.category, data.service, data.skills, data.impact, data.urgency)
    draft.tags = data.tags
    draft.fields = data.fields
    if data.cc or data.watchers or data.links or data.effort != NO_EFFORT:
        draft.annex = Annex(data.cc, data.watchers, data.links, effort=data.effort)
    if data.assignee is not None:
        draft.assigned_at = event.at
    return draft


def _stamp(draft: Draft, status: Status, at: datetime) -> None:
    """The marks of a ticket whose first known status is past new."""
    phase = status.phase
    if phase == "waiting":
        draft.holds = 1
        draft.counted = True
        draft.hold = Hold(status.waits_for or "")
    elif phase == "resolved":
        draft.first_resolved_at = draft.resolved_at = draft.done_at = at
    elif phase == "closed":
        draft.closed_at = draft.done_at = at
    elif phase == "cancelled":
        draft.done_at = at


def _entered(draft: Draft, data: on.StatusChange, at: datetime) -> None:
    """Enter a status: everything that hangs on the phases, whatever the event is called."""
    before = draft.status.phase
    status = data.status
    phase = status.phase
    draft.status = status
    draft.status_since = draft.active_at = at
    draft.hold = None
    draft.reminded = _NONE_REMINDED
    if phase in OPEN_PHASES:
        draft.done_at = None
        if before in _DONE:
            draft.reopens += 1
            draft.counted = True
            draft.resolution = None
            draft.closed_at = None
        if phase == "waiting":
            draft.holds += 1
            draft.counted = True
            draft.hold = Hold(status.waits_for or "")
    elif phase == "resolved":
        draft.resolved_at = draft.done_at = at
        draft.closed_at = None
        if draft.first_resolved_at is None:
            draft.first_resolved_at = at
    else:
        if phase == "closed" and before != "closed":
            draft.closed_at = at
        if draft.done_at is None:
            draft.done_at = at


def _held(draft: Draft, data: on.Held | on.Reopened, at: datetime) -> None:
    _entered(draft, data, at)
    if draft.hold is not None and (data.reason or data.until):
        draft.hold = Hold(data.reason or draft.hold.reason, data.until)


def _resolved(draft: Draft, data: on.Resolved | on.Closed, at: datetime) -> None:
    _entered(draft, data, at)
    if data.code is not None:
        draft.resolution = data.code


def _closed(draft: Draft, data: on.Closed, at: datetime) -> None:
    """A source may close a ticket again that it has closed already: the latest closing counts."""
    _resolved(draft, data, at)
    draft.closed_at = at


def _message_posted(draft: Draft, data: on.MessagePosted, at: datetime) -> None:
    draft.messages += 1
    draft.counted = True
    draft.active_at = at
    if data.auto_generated or data.visibility != "public":
        return
    role = data.author_role
    if role in STAFF_ROLES:
        if not data.response:
            return
        draft.replies += 1
        draft.last_reply_at = at
        draft.waiting_since = None
        if draft.annex.own_wait is not None:
            draft.annex = attrs.evolve(draft.annex, own_wait=None)
        if draft.first_response_at is None:
            draft.first_response_at = at
    elif role == "requester":
        draft.contacts += 1
        draft.last_contact_at = at
        if draft.waiting_since is None:
            draft.waiting_since = at
        if draft.annex.absorbed and draft.annex.own_wait is None:
            draft.annex = attrs.evolve(draft.annex, own_wait=at)


def _placed(draft: Draft, place: Place, at: datetime) -> None:
    before = draft.place
    draft.counted = True
    draft.active_at = at
    if place.team != before.team:
        draft.team_changes += 1
    if place.assignee != before.assignee:
        draft.assignee_changes += 1
    if place.assignee is not None:
        draft.assigned_at = at
    draft.place = place


def _assigned(draft: Draft, data: on.Assigned, at: datetime) -> None:
    _placed(draft, Place(draft.place.queue, data.team, data.desk, data.assignee), at)


def _unassigned(draft: Draft, data: on.Unassigned, at: datetime) -> None:
    del data
    place = draft.place
    _placed(draft, Place(place.queue, place.team, place.desk, None), at)


def _transferred(draft: Draft, data: on.Transferred, at: datetime) -> None:
    _placed(draft, Place(data.queue, data.team, data.desk, data.assignee), at)
    if data.lifecycle is not None:
        draft.header = attrs.evolve(draft.header, lifecycle=data.lifecycle)


def _classified(draft: Draft, data: on.Classified, at: datetime) -> None:
    del at
    held = draft.triage
    draft.triage = Triage(
        held.category if data.category is None else data.category,
        held.service if data.service is None else data.service,
        held.skills if data.skills is None else data.skills,
        held.impact,
        held.urgency,
        held.overridden,
    )
    if data.kind is not None:
        draft.header = attrs.evolve(draft.header, kind=data.kind)


def _impact_urgency_set(draft: Draft, data: on.ImpactUrgencySet, at: datetime) -> None:
    del at
    held = draft.triage
    draft.triage = Triage(held.category, held.service, held.skills, data.impact, data.urgency, held.overridden)


def _priority_set(draft: Draft, data: on.PrioritySet, at: datetime) -> None:
    del at
    draft.priority = data.priority
    held, overridden = draft.triage, data.how in _OVERRIDES
    if held.overridden is not overridden:
        draft.triage = Triage(held.category, held.service, held.skills, held.impact, held.urgency, overridden)


def _reminded(draft: Draft, data: on.Reminded) -> None:
    draft.reminded |= {data.key}


def _followed_up(draft: Draft, data: on.FollowedUp, at: datetime) -> None:
    """The message lives in the other ticket; this one only records where it went."""


def _field_set(draft: Draft, data: on.FieldSet, at: datetime) -> None:
    del at
    fields = draft.fields
    draft.fields = fields.without(data.name) if data.value is None else fields.with_item(data.name, data.value)


def _tag_added(draft: Draft, data: on.TagAdded, at: datetime) -> None:
    del at
    draft.tags |= {data.tag}


def _tag_removed(draft: Draft, data: on.TagRemoved, at: datetime) -> None:
    del at
    draft.tags -= {data.tag}


def _party_changed(draft: Draft, data: on.PartyChanged, at: datetime) -> None:
    del at
    draft.header = attrs.evolve(draft.header, requester=data.requester)


def _policy_pinned(draft: Draft, data: on.PolicyPinned) -> None:
    header = draft.header
    draft.header = attrs.evolve(
        header,
        policy=header.policy if data.policy is None else data.policy,
        matrix=header.matrix if data.matrix is None else data.matrix,
    )


# Any: each step takes its own kind of data, which a mapping by type cannot say.
STEPS: Final[Mapping[type[EventData], Callable[[Draft, Any, datetime], None]]] = {
    on.MessagePosted: _message_posted,
    on.Classified: _classified,
    on.ImpactUrgencySet: _impact_urgency_set,
    on.PrioritySet: _priority_set,
    on.Assigned: _assigned,
    on.Unassigned: _unassigned,
    on.Transferred: _transferred,
    on.Started: _entered,
    on.Held: _held,
    on.Resumed: _entered,
    on.Resolved: _resolved,
    on.Closed: _closed,
    on.Reopened: _held,
    on.Cancelled: _entered,
    on.Moved: _entered,
    on.FollowedUp: _followed_up,
    on.FieldSet: _field_set,
    on.TagAdded: _tag_added,
    on.TagRemoved: _tag_removed,
    on.PartyChanged: _party_changed,
    **BESIDE_STEPS,
}

# What is no activity on the ticket: it leaves ``updated_at`` alone, or a reminder would put off the next timer.
QUIET: Final[Mapping[type[EventData], Callable[[Draft, Any], None]]] = {
    on.Reminded: _reminded,
    on.PolicyPinned: _policy_pinned,
    **BESIDE_QUIET,
}

BIRTHS: Final[Mapping[type[EventData], Callable[[Event], Draft]]] = {on.Opened: opened, on.Adopted: adopted}
