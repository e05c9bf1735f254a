"""Random questions answered as workclock answers them, where the two mean the same.

Two differences, found by running workclock 0.1.2, keep these questions from being asked: it moves an edge inside a gap to the
same time on the clock an hour on (02:30 becomes 03:30; here the jump, 03:00), and its holidays are calendar days from 00:00 to
24:00 (here a holiday takes the intervals that start on its date, so overnight hours are asked about without holidays).
"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from deskcore.hours import BusinessDuration, Calendar

workclock = pytest.importorskip("workclock", reason="workclock is not installed")

ZONES = ("Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Sao_Paulo", "UTC")


def _compare(questions: int, seed: int) -> None:
    chance = random.Random(seed)
    left = questions
    while left > 0:
        zone = chance.choice(ZONES)
        night = chance.random() < 0.3
        opens, closes = chance.randrange(5 * 4, 12 * 4), chance.randrange(13 * 4, 24 * 4)
        opens, closes = (closes, opens) if night else (opens, closes)
        days = sorted(chance.sample(range(7), chance.randrange(1, 7)))
        closed = [date(2015, 1, 1) + timedelta(days=chance.randrange(7_300)) for _ in range(0 if night else 60)]
        texts = [f"{quarter // 4:02d}:{quarter % 4 * 15:02d}" for quarter in (opens, closes)]
        week = {("mon", "tue", "wed", "thu", "fri", "sat", "sun")[day]: ["-".join(texts)] for day in days}
        ours = Calendar.weekly(week, tz=zone, breaks="12:15-12:45", holidays=closed)
        rules = [
            workclock.WorkDay(*map(time.fromisoformat, texts), days=days),
            workclock.Break(time(12, 15), time(12, 45), days=range(7)),
            workclock.Holidays(closed),
        ]
        theirs = workclock.Schedule(rules, time_zone=zone)
        for _ in range(50):
            _one(ours, theirs, chance)
            left -= 1


def _one(ours: Calendar, theirs: object, chance: random.Random) -> None:
    schedule = theirs
    start = datetime(2016, 1, 1, tzinfo=UTC) + timedelta(microseconds=chance.randrange(15 * 365 * 86_400 * 10**6))
    end = start + timedelta(seconds=chance.randrange(-400 * 86_400, 400 * 86_400))
    seen = start.astimezone(ZoneInfo(chance.choice(ZONES))), end.astimezone(ZoneInfo(chance.choice(ZONES)))
    assert ours.between(*seen).open_time == schedule.between(*seen)  # type: ignore[attr-defined]
    amount = timedelta(seconds=chance.randrange(-400 * 3_600, 400 * 3_600))
    if amount:
        found = ours.add(start, BusinessDuration(amount)).astimezone(UTC)
        assert found == schedule.add(start, amount).astimezone(UTC)  # type: ignore[attr-defined]


def test_random_questions_are_answered_as_workclock_answers_them() -> None:
    _compare(600, seed=1)


@pytest.mark.slow
def test_twenty_thousand_random_questions_are_answered_as_workclock_answers_them() -> None:
    _compare(20_000, seed=2)
