"""When a rung is due, as people write it: the inverse of ``str`` of a ``Due``.

``50 % of resolution``, ``1h after resolution is due``, ``30 business minutes (office) before resolution is due``,
``2 business hours after the opening``, ``unassigned for 15m``, ``15m after rung lead``, ``by hand``,
``reopened 2 times within 7d``, ``30m since field.sentiment is negative``, ``as soon as tags has vip``.

Layer: wire.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, get_args

from deskcore.errors import InvalidValue
from deskcore.escalation.due import Amount, Anchor, Counted, Due
from deskcore.hours import BusinessDuration, ElapsedDuration, parse_duration
from deskcore.wire.faults import Fault
from deskcore.wire.said import read_said

_NOTHING: Final = ElapsedDuration.of_us(0)
_AMOUNT: Final = r"(?P<amount>.+?)(?: \((?P<calendar>[^()]+)\))?"
_AFTER: Final[dict[str, Anchor]] = {
    "the opening": "opened",
    "the first opening": "created",
    "the last update": "updated",
    "the requester's last message": "contact",
    "the oldest unanswered message": "waiting",
    "the last assignment": "assigned",
    "the last change of status": "status",
    "the solution": "resolved",
    "the vendor's last sign": "vendor",
}
_SHOWN: Final = (
    "must read like '50 % of resolution', '1h after resolution is due', '2 business hours after the opening', "
    "'unassigned for 15m', '15m after rung lead' or '30m since field.sentiment is negative'"
)


def _of_share(found: re.Match[str]) -> Due:
    return Due.at_share(found["metric"], float(found["share"]) / 100)


def _on_breach(found: re.Match[str]) -> Due:
    return Due.on_breach(found["metric"])


def _by_breach(found: re.Match[str]) -> Due:
    make = Due.before_breach if found["side"] == "before" else Due.after_breach
    return make(found["metric"], _amount(found), calendar=_calendar(found))


def _unassigned(found: re.Match[str]) -> Due:
    return Due.unassigned_for(_amount(found), calendar=_calendar(found))


def _after_rung(found: re.Match[str]) -> Due:
    seen = found["seen"] is not None
    return Due.after_rung(found["rung"], _amount(found), calendar=_calendar(found), from_look=seen)


def _at_count(found: re.Match[str]) -> Due:
    amount = _NOTHING if found["amount"] is None else _amount(found)
    within = None if found["within"] is None else _elapsed(found["within"])
    of, times = found["counted"], int(found["times"])
    return Due("count", amount, of=of, calendar=_calendar(found), times=times, within=within)


def _since(found: re.Match[str]) -> Due:
    return Due.since(read_said(found["condition"]), _amount(found), calendar=_calendar(found))


def _as_soon_as(found: re.Match[str]) -> Due:
    return Due.since(read_said(found["condition"]))


def _by_hand(_: re.Match[str]) -> Due:
    return Due.by_hand()


def _after(found: re.Match[str]) -> Due:
    return Due(_AFTER[found["what"]], _amount(found), calendar=_calendar(found))


_FORMS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Due]], ...]] = (
    (re.compile(r"(?P<share>\d+(?:\.\d+)?(?:e[+-]?\d+)?) ?% of (?P<metric>\S+)"), _of_share),
    (re.compile(r"when (?P<metric>\S+) is due"), _on_breach),
    (re.compile(_AMOUNT + r" (?P<side>before|after) (?P<metric>\S+) is due"), _by_breach),
    (re.compile(r"unassigned for " + _AMOUNT), _unassigned),
    (re.compile(_AMOUNT + r" after rung (?P<rung>.+?)(?P<seen> was seen)?"), _after_rung),
    (
        re.compile(
            rf"(?:{_AMOUNT} after )?(?P<counted>{'|'.join(get_args(Counted))}) (?P<times>\d+) times"
            r"(?: within (?P<within>.+))?"
        ),
        _at_count,
    ),
    (re.compile("by hand"), _by_hand),
    (re.compile(_AMOUNT + " since (?P<condition>.+)"), _since),
    (re.compile("as soon as (?P<condition>.+)"), _as_soon_as),
    (re.compile(_AMOUNT + f" after (?P<what>{'|'.join(_AFTER)})"), _after),
)


def _amount(found: re.Match[str]) -> Amount:
    amount = parse_duration(found["amount"])
    if not isinstance(amount, BusinessDuration | ElapsedDuration):
        raise Fault(f"must count hours, not working days (got {found['amount']!r})")
    return amount


def _elapsed(text: str) -> ElapsedDuration:
    amount = parse_duration(text)
    if not isinstance(amount, ElapsedDuration):
        raise Fault(f"must be elapsed time (got {text!r})")
    return amount


def _calendar(found: re.Match[str]) -> str:
    return found["calendar"] or "default"


def read_due(value: Any, _: Any) -> Due:
    """A ``Due`` from its text."""
    for form, make in _FORMS:
        found = form.fullmatch(value)
        if found is not None:
            try:
                return make(found)
            except InvalidValue as error:
                raise Fault(f"{error.rule} (got {value!r})") from error
    raise Fault(f"{_SHOWN} (got {value!r})")
