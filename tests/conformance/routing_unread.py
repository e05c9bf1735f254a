"""No word of routing.json is passed over: what stands inside a setting is known, or the case is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from tests.conformance.runner import NotExpressible

Table = Mapping[str, Any]

ROWS: Final[Mapping[str, str]] = {
    "capacity_model": "total cost max_tickets",
    "rate_limit": "max window_s",
    "relax": "selector after_s",
    "score": "when score",
    "filters": "when queue",
    "over_time": "after_s max_to min_to max_by min_by raise_ring_to",
    "steps": "only queue timeout_s skip_if require expires_s",
    "exceptions": "trigger s n action",
    "overflow": "queue_length_at_least target",
    "selectors": "key op value expires_after_s",
    "additional": "skill priority",
    "waiting": "queue waited_s",
}
"""The words of the rows inside a policy or an arrival."""
TEXTS: Final[Mapping[str, frozenset[str | None]]] = {
    "method": frozenset({"move to end", "largest deficit"}),
    "selectors_as": frozenset({"preferences"}),
    "magnitude_score": frozenset({"logistic of relative margin"}),
    "drain_on": frozenset({"capacity freed"}),
    "serve": frozenset({"as many heads as free agents"}),
    "ring": frozenset({"level", "ring", "penalty"}),
    "rings": frozenset({"level", "ring", "penalty"}),
    "drop_order": frozenset({"highest priority value first"}),
    "prefer": frozenset({"named agent"}),
}
"""Settings that have these words and no others."""
STEP_TEXTS: Final[Mapping[str, frozenset[str | None]]] = {
    "only": frozenset({"preferred agents", None}),
    "skip_if": frozenset({"no agent of this queue is available"}),
}
ARRIVALS: Final[tuple[frozenset[str], ...]] = tuple(
    frozenset(words.split())
    for words in ("t release", "t release_all", "t release_from count", "t decline by", "t agent set", "case waiting")
)
_VALUE: Final = (
    "kind source basis note methods agreement meaning servers offered_load arrival_rate service_rate abandonment_rate "
    "peakedness waiting_places wait_limit service_level within_service_times"
)
VALUE_WORDS: Final = frozenset(_VALUE.split())


def refuse_unread(case: Table) -> None:
    """Refuse a scenario in which a word stands that nobody reads."""
    policy = case["policy"]
    for name, words in ROWS.items():
        for row in _rows(policy.get(name)):
            _only(row, words.split(), name)
    _texts(policy, TEXTS, "the policy")
    for step in _rows(policy.get("steps")):
        _texts(step, STEP_TEXTS, "a step")
    for rule in _rows(policy.get("exceptions")):
        if isinstance(rule["action"], Mapping):
            _only(rule["action"], ["set_priority", "move_to"], "action")
    window = policy.get("ring_window") or {}
    for one in [window] if set(window) & {"min", "max"} else window.values():
        _only(one, ["min", "max"], "ring_window")
    for arrival in case["arrivals"]:
        _arrival(arrival)


def _arrival(arrival: Table) -> None:
    for name in ("selectors", "additional", "waiting"):
        for row in _rows(arrival.get(name)):
            _only(row, ROWS[name].split(), name)
    if "ticket" not in arrival and "tickets" not in arrival and not any(set(arrival) <= words for words in ARRIVALS):
        raise NotExpressible(f"an arrival with the keys {sorted(arrival)}")


def refuse_unread_value(case: Table) -> None:
    """The same of a value."""
    _only(case, VALUE_WORDS, "the value")


def _rows(held: Any) -> list[Table]:
    return [held] if isinstance(held, Mapping) else list(held or ())


def _only(row: Table, words: Iterable[str], noun: str) -> None:
    if unknown := sorted(set(row) - set(words)):
        raise NotExpressible(f"{noun} has the unknown keys {unknown}")


def _texts(row: Table, texts: Mapping[str, frozenset[str | None]], noun: str) -> None:
    for name, known in texts.items():
        if name in row and row[name] not in known:
            raise NotExpressible(f"{noun} says {name} {row[name]!r}")
