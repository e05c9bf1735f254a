"""The words of escalation.json for who is on call: builds a roster from a config and asks it about instants."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final, cast

import attrs

from deskcore.errors import InvalidConfiguration, InvalidValue
from deskcore.hours import Calendar, elapsed
from deskcore.staff.layers import During, Layer, Layered, OnDuty, week_window
from deskcore.staff.overrides import (
    Overridden,
    Override,
    Replaced,
    Replacement,
    Shift,
    Substituted,
    Substitution,
    WrittenShifts,
)
from deskcore.staff.rolling import WEEKDAYS, RollingShifts, Weekday
from deskcore.staff.roster import Duty, Roster
from deskcore.staff.rotation import Anchor, Before, Rotation, without
from deskcore.staff.turns import Unit
from tests.conformance.runner import Case, Json, NotExpressible, Outcome, through_wire

Row = Mapping[str, Json]
_BY_DAY: Final[dict[str, Weekday]] = {day[:2].upper(): day for day in WEEKDAYS}


def rows(value: Json) -> list[Row]:
    """A list of objects; an absent one is empty."""
    return cast("list[Row]", value or [])


def instant(value: Json) -> datetime:
    """An instant as written."""
    return datetime.fromisoformat(str(value))


def only(given: Row, known: str, noun: str) -> None:
    """Refuse words that the format does not define for this place."""
    unknown = sorted(set(given) - set(known.split()))
    if unknown:
        raise NotExpressible(f"{noun} has the unknown keys {unknown}")


# --- rosters

_ROTATION: Final = "type tz unit interval start_local participants anchor"


def rotation(config: Row, tz: str, *, before: Before = "periodic", advance_when: Calendar | None = None) -> Rotation:
    """4.1."""
    start = datetime.fromisoformat(str(config["start_local"]))
    anchor = cast("Row | None", config.get("anchor"))
    return Rotation(
        cast("list[str]", config.get("participants") or []),
        tz=tz,
        on=start.date(),
        at=start.time(),
        unit=cast("Unit", config["unit"]),
        every=cast("int", config.get("interval", 1)),
        anchor=None if anchor is None else Anchor(instant(anchor["at"]), cast("int", anchor["index"])),
        before=before,
        advance_when=advance_when,
    )


def _mask(windows: Json, tz: str) -> Calendar:
    hours = Calendar.never(tz=tz)
    for window in rows(windows):
        if "from" in window:
            only(window, "from to", "restrict")
            hours |= week_window(str(window["from"]), str(window["to"]), tz=tz)
        else:
            only(window, "daily_from daily_to weekdays", "restrict")
            days = cast("list[str]", window.get("weekdays") or list(WEEKDAYS))
            hours |= _daily(days, window["daily_from"], window["daily_to"], tz)
    return hours


def _daily(days: list[str], start: Json, end: Json, tz: str) -> Calendar:
    return Calendar.weekly({day: [(str(start), str(end))] for day in days}, tz=tz, overlaps="merge")


def restricted(config: Row, tz: str) -> Roster:
    """4.2, and a layer of 4.3."""
    only(config, f"{_ROTATION} restrict advance", "rotation")
    if not config.get("restrict"):
        return rotation(config, tz, before="nobody")
    hours = _mask(config["restrict"], tz)
    advance = config.get("advance", "calendar")
    if advance not in {"calendar", "covered_periods_only"}:
        raise NotExpressible(f"unknown advance {advance!r}")
    covered = hours if advance == "covered_periods_only" else None
    return During(rotation(config, tz, before="nobody", advance_when=covered), hours)


def _plain(config: Row, tz: str) -> Roster:
    only(config, _ROTATION, "rotation")
    return rotation(config, tz)


def _layered(config: Row, tz: str) -> Roster:
    only(config, "type tz layers precedence", "layered_rotations")
    if config.get("precedence", "first_layer_wins") != "first_layer_wins":
        raise NotExpressible(f"unknown precedence {config['precedence']!r}")
    return Layered.first_wins(*(restricted(layer, str(layer.get("tz", tz))) for layer in rows(config["layers"])))


def _written(shift: Row) -> WrittenShifts:
    only(shift, "user priority layer start end", "shift")
    return WrittenShifts((Shift(instant(shift["start"]), instant(shift["end"]), str(shift["user"])),))


def _layers(config: Row, tz: str) -> Roster:
    del tz
    only(config, "type tz shifts precedence ties overrides swaps substitutions current_scope", "layers")
    number = {"higher_priority_wins": "priority", "last_layer_wins": "layer"}[
        str(config.get("precedence", "higher_priority_wins"))
    ]
    ties = {"both": "all", "last": "last"}[str(config.get("ties", "both"))]
    shifts = [Layer(_written(row), cast("int", row.get(number, 1))) for row in rows(config.get("shifts"))]
    roster: Roster = Layered(tuple(shifts), "last" if ties == "last" else "all")
    if config.get("substitutions"):
        scope = cast("str | None", config.get("current_scope"))
        roster = Substituted(roster, tuple(map(_substitution, rows(config["substitutions"]))), scope)
    if config.get("overrides"):
        over = [Layer(_written(row), cast("int", row.get("priority", 0))) for row in rows(config["overrides"])]
        roster = Layered.first_wins(Layered(tuple(over)), roster)
    if config.get("swaps"):
        roster = Substituted(roster, tuple(map(_substitution, rows(config["swaps"]))))
    return roster


def _substitution(row: Row) -> Substitution:
    only(row, "from to start end scope", "substitution")
    return Substitution(
        instant(row["start"]),
        instant(row["end"]),
        str(row["from"]),
        cast("str | None", row.get("to")),
        cast("str | None", row.get("scope")),
    )


def _rule(rule: Row, tz: str) -> Roster:
    only(rule, "weekdays start end target rotation", "rule")
    zone = str(rule.get("tz", tz))
    hours = _daily(cast("list[str]", rule["weekdays"]), rule["start"], rule["end"], zone)
    if "rotation" in rule:
        turns = cast("Row", rule["rotation"])
        return During(_plain(turns, str(turns.get("tz", tz))), hours)
    return During(OnDuty((str(rule["target"]),)), hours)


def _override(row: Row) -> Override:
    only(row, "start end add remove", "override")
    return Override(
        instant(row["start"]),
        instant(row["end"]),
        add=cast("str | None", row.get("add")),
        remove=cast("str | None", row.get("remove")),
    )


def _temporary(row: Row) -> Replacement:
    only(row, "start end shifts", "temporary")
    shifts = (Shift(instant(one["start"]), instant(one["end"]), str(one["user"])) for one in rows(row.get("shifts")))
    return Replacement(instant(row["start"]), instant(row["end"]), WrittenShifts(tuple(shifts)))


def _rules(config: Row, tz: str) -> Roster:
    only(config, "type tz rules equal_ends overrides temporary base", "rules")
    if config.get("equal_ends", "24h") != "24h":
        raise NotExpressible(f"unknown equal_ends {config['equal_ends']!r}")
    if "base" in config:
        roster: Roster = OnDuty(cast("list[str]", config["base"]))
    else:
        roster = Layered.together(*(_rule(rule, tz) for rule in rows(config["rules"])))
    if config.get("overrides"):
        roster = Overridden(roster, tuple(map(_override, rows(config["overrides"]))))
    if config.get("temporary"):
        roster = Replaced(roster, tuple(map(_temporary, rows(config["temporary"]))))
    return roster


def _rolling(config: Row, tz: str) -> Roster:
    only(
        config,
        "type tz start duration_minutes freq interval by_day week_start groups rotation_start until",
        "rolling_shift",
    )
    freq = str(config["freq"])
    by_day = [] if freq == "hourly" else cast("list[str]", config.get("by_day") or [])
    interval = cast("int", config.get("interval", 1))
    holds = freq == "daily" and bool(by_day)
    begins, until = config.get("rotation_start"), config.get("until")
    return RollingShifts(
        cast("list[list[str]]", config["groups"]),
        tz=tz,
        start=instant(config["start"]),
        length=elapsed(minutes=cast("int", config["duration_minutes"])),
        freq=cast("object", freq),  # type: ignore[arg-type]  # a word outside the format is refused by the value itself
        every=1 if holds else interval,
        hold=interval if holds else 1,
        weekdays=frozenset(_BY_DAY[day] for day in by_day),
        week_start=_BY_DAY[str(config.get("week_start", "MO"))],
        visible_from=None if begins is None else instant(begins),
        until=None if until is None else instant(until),
    )


TYPES: Final[dict[str, Callable[[Row, str], Roster]]] = {
    "rotation": _plain,
    "restricted_rotation": restricted,
    "layered_rotations": _layered,
    "layers": _layers,
    "rules": _rules,
    "fixed": _rules,
    "rolling_shift": _rolling,
}


def roster_of(config: Row, timeline: Json) -> Roster:
    """The roster of a config, after the events of its timeline; it has been through wire."""
    build = TYPES.get(str(config.get("type")))
    if build is None:
        raise NotExpressible(f"unknown type {config.get('type')!r}")
    roster = through_wire(build(config, str(config.get("tz", "UTC"))))
    for event in rows(timeline):
        if event["event"] != "remove_participant":
            raise NotExpressible(f"unknown event {event['event']!r} of a roster")
        only(event, "at event user", "remove_participant")
        roster = through_wire(_leaving(roster, str(event["user"]), instant(event["at"])))
    return roster


# --- questions

FAR: Final = timedelta(days=70)


def _turning(roster: Roster, at: datetime) -> Roster:
    """The roster that answers at an instant: under a mask, in force, or the first layer with somebody on duty."""
    held = roster.in_force(at)
    if isinstance(held, During):
        return _turning(held.roster, at)
    if isinstance(held, Layered):
        ranked = sorted(held.layers, key=lambda layer: -layer.priority)
        found = next((layer.roster for layer in ranked if layer.roster.on_call(at)), None)
        return held if found is None else _turning(found, at)
    return held


def _leaving(roster: Roster, person: str, at: datetime) -> Roster:
    """Somebody leaves the rotation, also where it is seen through a mask or lies in a layer."""
    if isinstance(roster, During):
        return During(_leaving(roster.roster, person, at), roster.hours)
    if isinstance(roster, Layered):
        layers = (
            attrs.evolve(one, roster=_leaving(one.roster, person, at)) if person in one.roster.everybody() else one
            for one in roster.layers
        )
        return attrs.evolve(roster, layers=tuple(layers))
    return without(roster, person, at=at)


@attrs.frozen
class Asked:
    """A roster and how it answers the words of an expectation."""

    roster: Roster

    def agrees(self, entry: Row) -> bool:
        """Whether every word of one entry holds."""
        at = instant(entry["at"])
        return all(
            self._says(word, at, wanted) for word, wanted in entry.items() if word not in {"at", "accept", "note"}
        )

    def _says(self, word: str, at: datetime, wanted: Json) -> bool:
        if word == "on_call":
            return set(self.roster.on_call(at)) == set(cast("list[str]", wanted))
        if word == "next":
            return self._next(at, cast("Row", wanted))
        turning = _turning(self.roster, at)
        if word == "active_index" and isinstance(turning, Rotation):
            return turning.index(at) == wanted
        if word not in {"shift_start", "shift_end", "shift_hours"}:
            raise NotExpressible(f"unknown expectation {word!r} of a {type(turning).__name__}")
        shift = turning.shift(at) if isinstance(turning, Rotation) else self._stretch(at)
        if shift.end is None:
            raise NotExpressible(f"{word} of a shift that does not end")
        if word == "shift_hours":
            return elapsed(hours=cast("float", wanted)) == shift.length
        return instant(wanted) == (shift.start if word == "shift_start" else shift.end)

    def _stretch(self, at: datetime) -> Duty:
        """The time around an instant in which the same people are on call, where it is no turn of a rotation."""
        low, high = at - FAR, at + FAR
        held = next(
            (one for one in self.roster.shifts(low, high) if one.end is not None and one.start <= at < one.end), None
        )
        if held is None or held.start <= low or held.end == high:
            raise NotExpressible("a shift without bounds")
        return held

    def _next(self, at: datetime, wanted: Row) -> bool:
        duty = self.roster.next_on_call(at)
        return duty is not None and duty.people == (wanted["user"],) and duty.start == instant(wanted["start"])


def refused(error: Exception) -> Outcome:
    """An invalid config is an answer of its own, good where an entry accepts it."""
    return Outcome(
        f"invalid: {error}",
        lambda expect: any("invalid" in cast("list[str]", entry.get("accept", ())) for entry in rows(expect)),
    )


def answer(case: Case) -> Outcome:
    """What the roster answers."""
    try:
        asked = Asked(roster_of(cast("Row", case["config"]), case["timeline"]))
    except (InvalidValue, InvalidConfiguration) as error:
        return refused(error)
    return Outcome(asked.roster, lambda expect: all(asked.agrees(entry) for entry in rows(expect)))
