"""What the events of links, merges, splits, solutions, effort, ratings and privacy change in a draft.

The other half of ``_steps``.

Layer: tickets. Imports the nouns and the draft.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

import attrs

from deskcore._value import to_us
from deskcore.log import EventData
from deskcore.tickets import events_beside as on
from deskcore.tickets._draft import Draft
from deskcore.tickets.annex import NO_EFFORT, Gift, MergedAway
from deskcore.tickets.links import Link
from deskcore.tickets.party import Party


def _annex(draft: Draft, **changes: object) -> None:
    draft.annex = attrs.evolve(draft.annex, **changes)  # type: ignore[arg-type]  # fields of Annex, by name


def _subject_set(draft: Draft, data: on.SubjectSet, at: datetime) -> None:
    del at
    draft.header = attrs.evolve(draft.header, subject=data.subject)


def _linked(draft: Draft, data: on.Linked, at: datetime) -> None:
    del at
    _annex(draft, links=draft.annex.links | {Link(data.kind, data.other)})


def _unlinked(draft: Draft, data: on.Unlinked, at: datetime) -> None:
    del at
    _annex(draft, links=draft.annex.links - {Link(data.kind, data.other)})


def _merged_into(draft: Draft, data: on.MergedInto, at: datetime) -> None:
    del at
    away = MergedAway(data.into, draft.status, draft.place.assignee, data.gift, data.undoable)
    annex, gift = draft.annex, data.gift
    draft.annex = attrs.evolve(
        annex,
        merged=away,
        cc=annex.cc - gift.cc,
        watchers=annex.watchers - gift.watchers,
        links=annex.links - gift.links,
        effort=NO_EFFORT if gift.effort != NO_EFFORT else annex.effort,
    )
    draft.messages -= gift.messages
    draft.counted = True


def _merge_undone(draft: Draft, data: on.MergeUndone, at: datetime) -> None:
    del data, at
    away = draft.annex.merged
    if away is None:
        return
    _take(draft, away.gift)
    _annex(draft, merged=None)


def _merge_received(draft: Draft, data: on.MergeReceived, at: datetime) -> None:
    _take(draft, data.gift)
    draft.active_at = at
    annex, theirs = draft.annex, data.waiting_since
    gift = data.gift if theirs is None else attrs.evolve(data.gift, waiting_since=theirs)
    own = annex.own_wait if annex.absorbed else draft.waiting_since
    _annex(draft, absorbed=annex.absorbed.with_item(data.source, gift), own_wait=own)
    draft.waiting_since = _earliest(draft.waiting_since, theirs)


def _merge_returned(draft: Draft, data: on.MergeReturned, at: datetime) -> None:
    del at
    annex, gift = draft.annex, data.gift
    absorbed = annex.absorbed.without(data.source)
    if draft.waiting_since is not None:
        said = draft.last_reply_at
        waits = (held.waiting_since for held in absorbed.values())
        left = [wait for wait in waits if wait is not None and (said is None or to_us(wait) > to_us(said))]
        draft.waiting_since = _earliest(annex.own_wait, *left)
    draft.annex = attrs.evolve(
        annex,
        absorbed=absorbed,
        cc=annex.cc - gift.cc,
        watchers=annex.watchers - gift.watchers,
        links=annex.links - gift.links,
        effort=annex.effort - gift.effort,
        own_wait=annex.own_wait if absorbed else None,
    )
    draft.messages -= gift.messages
    draft.counted = True


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment is not None), key=to_us, default=None)


def _take(draft: Draft, gift: Gift) -> None:
    annex = draft.annex
    draft.annex = attrs.evolve(
        annex,
        cc=annex.cc | gift.cc,
        watchers=annex.watchers | gift.watchers,
        links=annex.links | gift.links,
        effort=annex.effort + gift.effort,
    )
    draft.messages += gift.messages
    draft.counted = True


def _split_off(draft: Draft, data: on.SplitOff, at: datetime) -> None:
    del at
    draft.messages -= len(data.messages)
    draft.counted = True
    _annex(draft, links=draft.annex.links | {Link("split_into", data.into)})


def _split_from(draft: Draft, data: on.SplitFrom, at: datetime) -> None:
    del at
    draft.messages += len(data.messages)
    draft.contacts += sum(
        ref.role == "requester" and ref.visibility == "public" and not ref.auto_generated for ref in data.messages
    )
    draft.counted = True
    _annex(draft, links=draft.annex.links | {Link("split_from", data.source)})


def _watcher_added(draft: Draft, data: on.WatcherAdded, at: datetime) -> None:
    del at
    _annex(draft, watchers=draft.annex.watchers | {data.who})


def _watcher_removed(draft: Draft, data: on.WatcherRemoved, at: datetime) -> None:
    del at
    _annex(draft, watchers=draft.annex.watchers - {data.who})


def _solution_proposed(draft: Draft, data: on.SolutionProposed, at: datetime) -> None:
    del at
    _annex(draft, solution=data.text)
    if data.code is not None:
        draft.resolution = data.code


def _noted(draft: Draft, data: EventData, at: datetime) -> None:
    """A fact that the log tells; nothing in the ticket hangs on it."""


def _solution_rejected(draft: Draft, data: on.SolutionRejected, at: datetime) -> None:
    del data, at
    _annex(draft, solution=None)


def _resolution_set(draft: Draft, data: on.ResolutionSet, at: datetime) -> None:
    del at
    draft.resolution = data.code


def _time_logged(draft: Draft, data: on.TimeLogged, at: datetime) -> None:
    del at
    _annex(draft, effort=draft.annex.effort + data.effort)


def _article_linked(draft: Draft, data: on.ArticleLinked, at: datetime) -> None:
    del at
    annex = draft.annex
    helped = annex.helped | {data.article} if data.how == "helped" else annex.helped - {data.article}
    _annex(draft, articles=annex.articles | {data.article}, helped=helped)


def _rated(draft: Draft, data: on.Rated) -> None:
    _annex(draft, rating=data.score)


def _muted(draft: Draft, data: on.Muted, at: datetime) -> None:
    del at
    _annex(draft, muted=data.on)


def _message_redacted(draft: Draft, data: on.MessageRedacted) -> None:
    _annex(draft, redacted=draft.annex.redacted | {data.message_id})


def _subject_erased(draft: Draft, data: on.SubjectErased) -> None:
    requester = draft.header.requester
    if requester is not None:
        draft.header = attrs.evolve(draft.header, requester=Party(data.pseudonym, tier=requester.tier))
    _annex(draft, cc=frozenset[str](), erased=True)


def _corrected(draft: Draft, data: on.Corrected, at: datetime) -> None:
    del at
    tally = data.counters
    draft.reopens -= tally.reopens
    draft.team_changes -= tally.team_changes
    draft.assignee_changes -= tally.assignee_changes
    draft.holds -= tally.holds
    draft.counted = True
    if data.marks is not None:
        draft.first_resolved_at = data.marks.first_resolved_at
        draft.resolved_at = data.marks.resolved_at
        draft.closed_at = data.marks.closed_at
        draft.done_at = data.marks.done_at
        draft.resolution = data.marks.resolution


def _quietly(draft: Draft, data: EventData) -> None:
    """A fact that the log tells, and no activity."""


# Any: each step takes its own kind of data, which a mapping by type cannot say.
BESIDE_STEPS: Final[Mapping[type[EventData], Callable[[Draft, Any, datetime], None]]] = {
    on.SubjectSet: _subject_set,
    on.Linked: _linked,
    on.Unlinked: _unlinked,
    on.MergedInto: _merged_into,
    on.MergeReceived: _merge_received,
    on.MergeUndone: _merge_undone,
    on.MergeReturned: _merge_returned,
    on.MessageRedirected: _noted,
    on.SplitOff: _split_off,
    on.SplitFrom: _split_from,
    on.WatcherAdded: _watcher_added,
    on.WatcherRemoved: _watcher_removed,
    on.SolutionProposed: _solution_proposed,
    on.SolutionAccepted: _noted,
    on.SolutionRejected: _solution_rejected,
    on.ResolutionSet: _resolution_set,
    on.WorkPlanned: _noted,
    on.TimeLogged: _time_logged,
    on.ArticleLinked: _article_linked,
    on.Muted: _muted,
    on.Corrected: _corrected,
}

BESIDE_QUIET: Final[Mapping[type[EventData], Callable[[Draft, Any], None]]] = {
    on.SurveySent: _quietly,
    on.Rated: _rated,
    on.MessageRedacted: _message_redacted,
    on.SubjectErased: _subject_erased,
}
