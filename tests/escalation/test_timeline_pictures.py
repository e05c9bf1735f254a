"""A preview as a picture: lanes of both axes, what holds the escalation back, and who hears of what."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from deskcore.errors import InvalidValue
from deskcore.escalation import Due, Matrix, MatrixRow, Rung, preview
from deskcore.escalation.actions import Notify, TransferTo
from deskcore.escalation.events import Acknowledged, Snoozed
from deskcore.escalation.gates import Quiet
from deskcore.escalation.recipients import Person, Pool
from deskcore.escalation.repeat import Repeat
from deskcore.escalation.stretches import Stretch
from deskcore.escalation.timeline import Timeline
from deskcore.escalation.timeline_pictures import timeline_gantt, timeline_svg, timeline_text
from deskcore.hours import elapsed
from deskcore.predicate import ALWAYS
from deskcore.testing import escalation_life as t
from deskcore.tickets import events as did
from deskcore.tickets.status import Status

AMS = ZoneInfo("Europe/Amsterdam")
UPGRADE = Quiet(t.START + timedelta(hours=3), t.START + timedelta(hours=5), why="database upgrade")
LADDER = (
    Rung("second line", Due.after_opened(elapsed(hours=1)), TransferTo(team="network"), axis="functional"),
    Rung("lead", Due.after_opened(elapsed(hours=2)), Notify(Person("mia"), "page"), until="acked"),
    Rung("boss", Due.after_opened(elapsed(hours=4)), Notify(Person("dana <d>"))),
    Rung("pool", Due.after_opened(elapsed(hours=10)), Notify(Pool("first line", ["bo", "cy"]))),
    Rung("breach", Due.on_breach("first_response"), Notify(Person("dana"))),
)


def seen(*befalls: tuple[float, object], ladder: tuple[Rung, ...] = LADDER) -> Timeline:
    opened = did.Opened("VPN", None, Status("New", "new"), "simple", priority="p1")
    matrix = Matrix("m", (MatrixRow(ALWAYS, ladder),), Person("dana"), ack_expires=elapsed(hours=6))
    life = [t.Happening(t.START + timedelta(hours=at), data) for at, data in ((0, opened), *befalls)]  # type: ignore[arg-type]
    at = life[-1].at
    lived = t.live(matrix, life, until=at, quiet=[UPGRADE])
    return preview(matrix, lived.ticket, (), lived.ledger, t.REGISTER, at=at, calendars=t.CALENDARS, quiet=[UPGRADE])


def test_a_preview_in_lanes_of_text() -> None:
    assert timeline_text(seen(), zone=AMS, width=40).splitlines() == [
        "T-1, Fri 2026-03-27 10:00 to Fri 2026-03-27 20:30 (Europe/Amsterdam)",
        "functional  ...1....................................",
        "hierarchic  .......2...........3..................4.",
        "quiet       ...........xxxxxxxx.....................",
        "",
        "1  Fri 2026-03-27 11:00  second line  -                   transfer to team network",
        "2  Fri 2026-03-27 12:00  lead         mia                 page mia: mia",
        "3  Fri 2026-03-27 15:00  boss         dana <d>            notify dana <d>: dana <d>",
        "4  Fri 2026-03-27 20:00  pool         next in first line  notify next in pool first line",
        (
            "breach (hierarchic), when first_response is due: waiting: "
            "the agreement has no first_response clock for this ticket"
        ),
    ]


def test_what_holds_it_back_has_lanes_of_its_own() -> None:
    told = seen((0.5, Acknowledged("mia")), (0.6, Snoozed("bo", t.START + timedelta(hours=2))))
    assert [(one.kind, one.why) for one in told.stretches] == [
        ("acknowledged", "by mia"),
        ("snoozed", ""),
        ("quiet", "hold: database upgrade"),
    ]
    lanes = timeline_text(told, width=30).splitlines()[1:6]
    assert [lane.split()[0] for lane in lanes] == ["functional", "hierarchic", "acknowledged", "snoozed", "quiet"]
    assert [set(lane.split()[1]) - {"."} for lane in lanes[2:]] == [{"="}, {"~"}, {"x"}]


def test_the_picture_escapes_names_and_shows_the_zone() -> None:
    drawn = str(timeline_svg(seen(), zone=AMS))
    assert "boss: dana &lt;d&gt;" in drawn
    assert "Fri 27 Mar 2026 15:00" in drawn
    assert "quiet time, Fri 27 Mar 2026 13:00 to Fri 27 Mar 2026 15:00: hold: database upgrade" in drawn
    assert "nothing is due" in str(timeline_svg(Timeline("T-1", (), ())))


def test_a_preview_as_a_gantt_chart() -> None:
    assert timeline_gantt(seen()).splitlines()[4:] == [
        "  section functional",
        "  second line#58; transfer to team network :milestone, 2026-03-27T10:00:00, 2026-03-27T10:00:00",
        "  section hierarchic",
        "  lead#58; mia, page mia#58; mia :milestone, 2026-03-27T11:00:00, 2026-03-27T11:00:00",
        (
            "  boss#58; dana #lt;d#gt;, notify dana #lt;d#gt;#58; dana #lt;d#gt; :milestone, "
            "2026-03-27T14:00:00, 2026-03-27T14:00:00"
        ),
        (
            "  pool#58; next in first line, notify next in pool first line :milestone, "
            "2026-03-27T19:00:00, 2026-03-27T19:00:00"
        ),
        "  section quiet",
        "  hold#58; database upgrade :done, 2026-03-27T12:00:00, 2026-03-27T14:00:00",
    ]


def test_what_repeats_without_end_is_drawn_up_to_a_bound() -> None:
    again = Rung(
        "again", Due.after_opened(elapsed(hours=1)), Notify(Person("mia")), repeat=Repeat(elapsed(hours=1), None)
    )
    told = seen(ladder=(again,))
    assert "and 800 more" in timeline_text(told)
    assert str(timeline_svg(told)).count("<path") < 300


def test_a_lane_without_width_is_refused() -> None:
    with pytest.raises(InvalidValue, match="width"):
        timeline_text(seen(), width=0)


def test_a_stretch_says_what_it_is() -> None:
    whole = Stretch("snoozed", t.START, t.START + timedelta(hours=1))
    assert whole.explain() == "snoozed from 2026-03-27 09:00:00+00:00 until 2026-03-27 10:00:00+00:00"
    assert whole.to_dict()["end"] == "2026-03-27T10:00:00+00:00"
    assert seen().to_dict()["stretches"]
