"""A story as plain text, and the words that its page shares.

Layer: render. Imports _draw and its own room.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from typing import Final

from deskcore._draw import text
from deskcore._value import to_us
from deskcore.render.story import Choice, Climb, Story
from deskcore.render.telling import party, told, who
from deskcore.render.words import listed, moment, zone_name
from deskcore.sla.pictures import clock_lanes_text

_WIDTH: Final = 84


def as_text(held: Story) -> str:
    """A story in plain text, chapter by chapter."""
    chapters = [("", head(held)), ("What happened", _events_text(held)), ("Its clocks", _clocks_text(held))]
    chapters.append(("Who got it, and why", _choices_text(held)))
    chapters.append(("Escalation", _climbs_text(held)))
    chapters.append(("What lies ahead", _ahead_text(held)))
    return "\n\n".join(f"{_underlined(title)}{body}" for title, body in chapters) + "\n"


def _underlined(title: str) -> str:
    return f"{title}\n{'=' * len(title)}\n" if title else ""


def head(held: Story) -> str:
    """The ticket, how it stands and what it went through, in three lines."""
    ticket = held.case.ticket
    asked = f", for {party(ticket.requester)}" if ticket.requester is not None else ""
    places = (("with", ticket.assignee), ("team", ticket.team), ("desk", ticket.desk))
    stands = [f"{ticket.status.name} ({ticket.phase})", f"priority {ticket.priority or 'none'}"]
    stands += [f"{name} {value}" for name, value in places if value]
    return (
        f"{ticket.id}: {ticket.header.subject}{asked}\n"
        f"as of {moment(held.at, held.zone)} {zone_name(held.zone)}: {', '.join(stands)}\n"
        f"{', '.join(_counts(held))}"
    )


def _counts(held: Story) -> Iterator[str]:
    counters = held.case.ticket.counters
    for count, one, many in (
        (len(held.events), "event", "events"),
        (counters.replies, "public reply", "public replies"),
        (counters.reopens, "reopening", "reopenings"),
        (counters.team_changes, "change of team", "changes of team"),
        (counters.assignee_changes, "change of person", "changes of person"),
    ):
        yield f"{count} {one if count == 1 else many}"


def event_rows(held: Story) -> list[tuple[str, str, str]]:
    """When, who and what of every event."""
    return [(moment(event.at, held.zone), who(event.actor), told(event, held.zone)) for event in held.events]


def _events_text(held: Story) -> str:
    rows: list[tuple[str, str, str]] = []
    for at, actor, what in event_rows(held):
        first, *more = textwrap.wrap(what, _WIDTH) or [""]
        rows.append((at, actor, first))
        rows += (("", "", rest) for rest in more)
    return text.table(rows, headers=("when", "who", "what"))


def _clocks_text(held: Story) -> str:
    if not held.sums and not held.idle:
        return "no policy of the desk promises anything for it"
    parts = [clock_lanes_text([one.clock for one in held.sums])] if held.sums else []
    parts += [one.explain() for one in held.sums]
    parts += [f"{clock.metric}: not started" for clock in held.idle]
    parts += _signals_text(held)
    return "\n\n".join(parts)


def _signals_text(held: Story) -> Iterator[str]:
    if held.signals:
        rows = [(moment(signal.at, held.zone), signal.explain()) for signal in held.signals]
        yield f"its clocks would have announced, and the log does not hold\n{text.table(rows)}"


def _choices_text(held: Story) -> str:
    if not held.choices:
        return "no routing decision is recorded"
    return "\n\n".join("\n".join(_choice_lines(choice, held.zone)) for choice in held.choices)


def _choice_lines(choice: Choice, zone: tzinfo) -> Iterator[str]:
    yield f"{moment(choice.at, zone)}: {taker(choice)}"
    yield from (f"  because {localised(reason, zone)}" for reason in choice.routed.because)
    if choice.explanation is None:
        if choice.unexplained:
            yield f"  not told against the others: {choice.unexplained}"
        return
    if not choice.agrees:
        yield f"  asked again, the desk would decide otherwise now: {localised(choice.explanation.why(), zone)}"
    rows = against(choice, zone)
    if rows:
        yield from (f"  {line}" for line in text.table(rows, headers=("not", "because")).splitlines())


def taker(choice: Choice) -> str:
    """Who got it, and by which step of the policy."""
    routed = choice.routed
    match routed.kind:
        case "assign":
            place = listed((word for word in (routed.team, routed.desk) if word), otherwise="no team")
            return f"{routed.agent} ({place}) got it, by {routed.policy}"
        case "hand_off":
            return f"desk {routed.desk} got it, by {routed.policy}"
        case other:
            return f"{other}, by {routed.policy}"


def against(choice: Choice, zone: tzinfo) -> list[tuple[str, str]]:
    """Everybody who was looked at and did not get it, with the first requirement that failed or the key that lost."""
    held = choice.explanation
    assert held is not None
    looked_at = dict.fromkeys(ruling.candidate for step in held.steps for ruling in step.rulings)
    return [(name, localised(held.why_not(name), zone)) for name in looked_at if name != held.chosen]


def localised(reason: str, zone: tzinfo) -> str:
    """A reason with the instants in it on the wall clock of the story."""
    return " ".join(_instant(word, zone) for word in reason.split(" "))


def _instant(word: str, zone: tzinfo) -> str:
    bare = word.rstrip(",;)")
    try:
        at = datetime.fromisoformat(bare)
    except ValueError:
        return word
    return word if at.tzinfo is None else f"{moment(at, zone)}{word[len(bare) :]}"


def climb_rows(climbs: Sequence[Climb], zone: tzinfo) -> list[tuple[str, str, str, str, str]]:
    """When, which rung, why, whom it reached and what it did."""
    return [
        (
            moment(climb.at, zone),
            f"{climb.rung.rung} ({climb.rung.axis})",
            climb.rung.because,
            listed(climb.rung.people, otherwise="nobody") + _path(climb),
            "; ".join(climb.rung.actions) or "nothing",
        )
        for climb in climbs
    ]


def _path(climb: Climb) -> str:
    return f" ({'; '.join(climb.rung.path)})" if climb.rung.path else ""


def _climbs_text(held: Story) -> str:
    if not held.climbs:
        return "no rung fired"
    lines: list[str] = []
    for at, rung, why, reached, did in climb_rows(held.climbs, held.zone):
        lines += (f"{at}: {rung}, {why}", f"  reached {reached}", f"  did {did}")
    if not held.climbs[0].is_recorded:
        lines.insert(0, "the log holds no rung; the matrix would have fired")
    return "\n".join(lines)


def dues(held: Story) -> list[tuple[str, str]]:
    """Open clocks with their dues, the earliest first, those without one last."""
    live = sorted(
        (one.clock for one in held.sums if one.clock.is_open),
        key=lambda clock: (clock.due_us is None, clock.due_us or 0, clock.metric),
    )
    rows: list[tuple[str, str]] = []
    for clock in live:
        if clock.due is not None:
            past = clock.due_us is not None and clock.due_us < to_us(held.at)
            when = f"{'was' if past else 'is'} due {moment(clock.due, held.zone)}"
        elif clock.due_if_resumed is not None:
            when = f"stands still; due {moment(clock.due_if_resumed, held.zone)} if it resumed now"
        else:
            when = "has no due"
        rows.append((clock.metric, when))
    return rows


def next_line(held: Story) -> str:
    """When something changes by itself."""
    if held.next_change is None:
        return "nothing waits for time: only somebody's doing changes anything"
    if to_us(held.next_change) <= to_us(held.at):
        return "something is owed that nobody has recorded yet: a tick records it, dated when it became true"
    return f"with nobody doing anything, the next change comes {moment(held.next_change, held.zone)}"


def _ahead_text(held: Story) -> str:
    parts = [next_line(held)]
    open_clocks = dues(held)
    if open_clocks:
        parts.append("\n".join(f"clock {metric} {when}" for metric, when in open_clocks))
    if held.ahead is not None:
        parts.append(f"escalation, if nothing happens\n{held.ahead.explain(zone=held.zone)}")
    return "\n".join(parts)
