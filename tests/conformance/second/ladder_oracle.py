"""The ladder of the escalation format, minute by minute, as its page tells it; shares nothing with the library."""

from __future__ import annotations

import random
from typing import Any

Row = dict[str, Any]
Told = tuple[int, str, str, str, int | None]
"""Minute, action, rung, target and the delay of the personal rule, if any."""
NEVER = 10**6


def said(minute: int) -> str:
    """Minutes from nine o'clock of a Monday."""
    day, rest = divmod(9 * 60 + minute, 1440)
    return f"2024-05-{6 + day:02}T{rest // 60:02}:{rest % 60:02}:00Z"


class Ladder:
    """One ticket on its ladder; `now` only grows."""

    def __init__(self, config: Row, *, polled: bool) -> None:
        self.config, self.polled = config, polled
        steps = config["steps"]
        self.steps = sorted(steps, key=lambda step: step["order"]) if any("order" in step for step in steps) else steps
        self.next, self.due, self.passes = 0, NEVER, config.get("repeat", 0)
        self.last: Row | None = None
        self.stopped = self.closed = self.over = False
        self.began, self.called = 0, False
        self.quiet: tuple[int, int] | None = None
        self.cycles: list[Row] = []
        self.turns: dict[str, int] = {}
        self.told: list[Told] = []

    # time

    def is_quiet(self, now: int) -> bool:
        return self.quiet is not None and self.quiet[0] <= now < self.quiet[1]

    def ready(self) -> int:
        """When the next step fires."""
        if self.stopped or self.closed or self.over:
            return NEVER
        return self.quiet[1] if self.quiet and self.quiet[0] <= self.due < self.quiet[1] else self.due

    def message(self) -> int:
        return min((one["at"] for one in self.waiting()), default=NEVER)

    def waiting(self) -> list[Row]:
        return [] if self.closed else [one for one in self.cycles if not one["sent"] and not one["silent"]]

    def pass_time(self, until: int) -> None:
        while (here := min(self.ready(), self.message())) <= until:
            if self.ready() == here:
                self.fire(here)
            self.send(here, here)

    def look(self, now: int) -> None:
        if self.ready() <= now and not self.is_quiet(now):
            self.fire(now, by_hand=self.called)
            self.called = False
        self.send(now, now)

    def send(self, until: int, now: int) -> None:
        for one in self.waiting():
            if one["at"] <= until:
                one["sent"] = True
                self.told.append((now, "notify", one["rung"], one["target"], one["rule"]))

    # steps

    def fire(self, now: int, *, by_hand: bool = False) -> None:
        """The next step, and those after it while steps are skipped; who calls for one does so at any hour."""
        while True:
            step = self.steps[self.next]
            self.began = now if self.next == 0 else self.began
            people = self.people(step)
            skipped = not people and self.config.get("empty_rung") == "skip"
            if "only_between" in step and not by_hand and not self.inside(step["only_between"], now):
                skipped = True
            by_hand = False
            if skipped:
                self.told.append((now, "skip", step["id"], "", None))
                idle = self.next == len(self.steps) - 1 and self.began == now  # a pass that skips everything waits
                self.advance(now + idle * step["then_wait_minutes"])
                if self.over or idle:
                    return
                continue
            self.last = step
            if not people:
                self.told.append((now, "log", step["id"], "", None))
            for person in people:
                for delay in self.config.get("personal_rules", {}).get(person, [None]):
                    self.cycles.append(
                        {
                            "at": now + (delay or 0),
                            "began": now,
                            "target": person,
                            "rule": delay,
                            "rung": step["id"],
                            "sent": False,
                            "silent": False,
                        }
                    )
            self.advance(now + step["then_wait_minutes"])
            return

    def advance(self, due: int) -> None:
        self.next, self.due = self.next + 1, due
        if self.next == len(self.steps):
            if self.passes:
                self.next, self.passes = 0, self.passes - 1
            else:
                self.over = True

    def people(self, step: Row) -> list[str]:
        names = step["notify"]
        if step.get("pick") == "round_robin":
            turn = self.turns.get(step["id"], 0)
            self.turns[step["id"]] = turn + 1
            names = [names[turn % len(names)]]
        roster = self.config.get("roster", {})
        found = [one for name in names for one in roster.get(name, [name.removeprefix("user:")])]
        return list(dict.fromkeys(found))

    @staticmethod
    def inside(span: list[str], now: int) -> bool:
        clock = (9 * 60 + now) % 1440
        start, end = (int(one[:2]) * 60 + int(one[3:]) for one in span)
        return start <= clock < end if start < end else clock >= start or clock < end

    # events

    def ack(self, by: str, now: int) -> None:
        if self.closed:
            return
        if self.last is not None and self.last.get("multi_ack"):
            for one in self.cycles:
                one["silent"] = one["silent"] or (one["target"] == by and one["began"] <= now)
            return
        self.stopped = True
        for one in self.cycles:
            one["silent"] = True

    def by_hand(self, now: int) -> None:
        if self.closed:
            return
        if self.is_quiet(now):
            self.told.append((now, "reject", "", "", None))
            return
        if self.over:
            if self.config.get("manual_past_end") != "wrap":
                self.told.append((now, "reject", "", "", None))
                return
            self.over, self.next = False, 0
        self.stopped = False
        if self.polled:
            self.due, self.called = now, True
        else:
            self.fire(now, by_hand=True)
            self.send(now, now)


def draw_config(rng: random.Random) -> Row:  # noqa: C901 - a list of choices
    steps: list[Row] = []
    for place in range(rng.randrange(1, 4)):
        names = rng.sample(["u1", "u2", "u3", "full", "none", "user:u4"], rng.randrange(1, 3))
        step: Row = {"id": f"s{place}", "notify": names, "then_wait_minutes": rng.choice([1, 3, 5, 10])}
        if rng.random() < 0.2:
            step["pick"] = "round_robin"
            step["notify"] = rng.sample(["u1", "u2", "u3"], 2)
        if rng.random() < 0.2:
            step["only_between"] = rng.choice([["09:00", "09:20"], ["09:10", "18:00"], ["22:00", "09:05"]])
        steps.append(step)
    if rng.random() < 0.2 and not any("only_between" in step for step in steps):
        for step in steps:
            step["multi_ack"] = True
    if rng.random() < 0.3:
        for step, rank in zip(steps, rng.sample(range(-5, 50), len(steps)), strict=True):
            step["order"] = rank
    config: Row = {"dialect": "ladder", "steps": steps, "roster": {"full": ["p", "q"], "none": []}}
    config["repeat"] = rng.choice([0, 0, 1, 2])
    if rng.random() < 0.7:
        config["empty_rung"] = rng.choice(["skip", "wait"])
    if rng.random() < 0.6:
        delays = [0, 2, 4, 7, 25]
        config["personal_rules"] = {one: sorted(rng.sample(delays, rng.randrange(1, 4))) for one in ("u1", "p", "u3")}
    if rng.random() < 0.2:
        config["manual_past_end"] = "wrap"
    return config


def draw(rng: random.Random, *, polled: bool) -> tuple[Row, list[Told]]:  # noqa: C901, PLR0912 - a list of choices
    """A case whose expectations are every record there is, and how many."""
    config = draw_config(rng)
    if polled and all("only_between" in step or step["notify"] == ["none"] for step in config["steps"]):
        config["repeat"] = 0  # the page does not say how long a pass lasts that is passed over whole
    ladder = Ladder(config, polled=polled)
    timeline: list[Row] = [{"at": said(0), "event": "created"}]
    ladder.due = 0
    minutes = sorted(rng.sample(range(1, 70), rng.randrange(0, 5)) + (rng.sample(range(70), 9) if polled else []))
    looks = set(rng.sample(minutes, len(minutes) // 2 + 1)) if polled and minutes else set()
    # The page does not say when a step is passed over whose hours and whose maintenance meet.
    quiet = "ack" if any("only_between" in step for step in config["steps"]) else "maintenance_start"
    for now in minutes:
        if not polled:
            ladder.pass_time(now)
        if now in looks:
            timeline.append({"at": said(now), "event": "evaluate"})
            ladder.look(now)
            continue
        word = rng.choice(["ack", "manual_escalate", "manual_escalate", "close", quiet])
        event: Row = {"at": said(now), "event": word}
        if word == "ack":
            event["by"] = rng.choice(["u1", "u3", "p"])
            ladder.ack(event["by"], now)
        elif word == "manual_escalate":
            if ladder.closed or ladder.called:  # nor what two calls before one look are
                continue
            ladder.by_hand(now)
        elif word == "close":
            if rng.random() < 0.7 or ladder.closed:
                continue
            ladder.closed = True
        elif ladder.quiet is None:
            ladder.quiet = (now, now + rng.choice([3, 8, 15]))
            event["until"] = said(ladder.quiet[1])
        else:
            continue
        timeline.append(event)
    if not polled:
        ladder.pass_time(3000)
    elif not looks:
        timeline.append({"at": said(200), "event": "evaluate"})
        ladder.look(200)
    settings = {**config, "evaluation": "polled"} if polled else config
    return {"id": "drawn", "kind": "escalation", "config": settings, "timeline": timeline, "expect": []}, ladder.told
