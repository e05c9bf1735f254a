"""The desk of the demo: twelve agents in Amsterdam, a partner desk in Manila, and two weeks of tickets.

Not here: running it (``demo``). A newcomer may read this file as an example of a whole configuration.

Layer: cli.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from deskcore._value import FrozenDict
from deskcore.desk import Configuration
from deskcore.escalation import Due, Matrix, MatrixRow, Rung
from deskcore.escalation.actions import AddTag, Notify, RaisePriority
from deskcore.escalation.recipients import Assignee, ManagerOf, Person, TeamLead
from deskcore.hours import Calendar, business, elapsed
from deskcore.planning import Behaviour, Demand, Scenario, Topic, WeeklyRate
from deskcore.predicate import Is, IsOneOf
from deskcore.presets import simple_lifecycle
from deskcore.routing import Gate, HandOff, Overflow, RoutingPolicy, ToAgent, When
from deskcore.routing.signals import WaitingCount
from deskcore.sla import PolicyBook, SlaPolicy, Target
from deskcore.staff import Agent, Partner, Scope, Staff, Team

AMSTERDAM: Final = ZoneInfo("Europe/Amsterdam")
MANILA: Final = ZoneInfo("Asia/Manila")
START: Final = datetime(2026, 5, 18, tzinfo=AMSTERDAM)

_PEOPLE: Final = (
    ("anouk", 2, "nl en de", "vpn mail"),
    ("bram", 2, "nl en", "vpn erp"),
    ("carla", 1, "nl en", ""),
    ("daan", 2, "nl en de", "erp vpn"),
    ("eva", 2, "nl en", "erp mail"),
    ("finn", 2, "nl en de", "mail vpn"),
    ("gitta", 1, "nl en de", ""),
    ("hugo", 2, "nl en", "vpn erp"),
    ("iris", 1, "nl en", ""),
    ("jonas", 1, "de en nl", ""),
    ("kim", 1, "nl en", ""),
    ("lars", 2, "nl en de", "mail erp"),
)
"""Name, tier, languages, skills."""
_TOPICS: Final = (
    Topic("password", 0.37, minutes=9),
    Topic("how-to", 0.25, minutes=16),
    Topic("vpn", 0.15, tier=2, skill="vpn", minutes=22),
    Topic("mail", 0.14, tier=2, skill="mail", minutes=20),
    Topic("erp", 0.09, tier=2, skill="erp", minutes=34),
)
_DAY: Final = (
    0.15, 0.1, 0.1, 0.1, 0.1, 0.2, 0.5, 1.1, 2.6, 3.4, 3.1, 2.6,
    1.9, 2.4, 2.7, 2.4, 1.8, 1.1, 0.6, 0.5, 0.4, 0.4, 0.3, 0.2,
)  # fmt: skip


def configuration() -> Configuration:
    """The whole desk as one value."""
    return Configuration(
        lifecycles=(simple_lifecycle(),),
        calendars=FrozenDict(
            {
                "default": _office(),
                "manila": Calendar.always(tz=MANILA),
            }
        ),
        book=PolicyBook((_agreement(),)),
        matrix=_matrix(),
        staff=_staff(),
        routing=_routing(),
        name="demo",
    )


def _office() -> Calendar:
    return Calendar.weekly("Mon-Fri 09:00-17:30", tz=AMSTERDAM, holidays="NL", name="office")


def scenario(seed: str) -> Scenario:
    """Two weeks, about a thousand tickets in each, Whit Monday among them."""
    rate = WeeklyRate.shaped(AMSTERDAM, per_week=1130, day=_DAY, weekend=0.15, monday=1.2, workdays=_office())
    demand = Demand(
        rate,
        _TOPICS,
        impacts=(("1/1", 0.03), ("1/2", 0.07), ("2/2", 0.35), ("2/3", 0.30), ("3/3", 0.25)),
        languages=(("nl", 0.55), ("en", 0.30), ("de", 0.15)),
        customer_tiers=(("standard", 0.8), ("gold", 0.2)),
        channels=(("mail", 0.45), ("phone", 0.35), ("portal", 0.20)),
    )
    return Scenario(START, START + timedelta(days=14), demand, Behaviour(), seed)


def _agreement() -> SlaPolicy:
    urgent = Is("priority", "p1")
    high = Is("priority", "p2")
    return SlaPolicy(
        "house",
        (
            Target.first_response(elapsed(minutes=30), when=urgent),
            Target.first_response(business(hours=1), when=high),
            Target.first_response(business(hours=4)),
            Target.next_response(business(hours=4)),
            Target.resolution(elapsed(hours=8), when=urgent),
            Target.resolution(business(hours=8), when=high),
            Target.resolution(business(hours=24)),
        ),
        warn_at=(0.75,),
    )


def _matrix() -> Matrix:
    lead, manager = Notify(TeamLead()), Notify(ManagerOf(Assignee()))
    urgent = (
        Rung("half", Due.at_share("resolution", 0.5), (lead,)),
        Rung("near", Due.at_share("resolution", 0.9), (Notify(Person("dana"), channel="page"),), axis="hierarchic"),
        Rung("breach", Due.on_breach("resolution"), (manager, AddTag("late")), axis="hierarchic"),
        Rung(
            "director", Due.after_breach("resolution", elapsed(hours=2)), (Notify(Person("ruth")),), axis="hierarchic"
        ),
        Rung("unanswered", Due.at_share("first_response", 0.75), (Notify(TeamLead(), channel="page"),)),
    )
    normal = (
        Rung("near", Due.at_share("resolution", 0.75), (lead,)),
        Rung("breach", Due.on_breach("resolution"), (manager, AddTag("late")), axis="hierarchic"),
        Rung("unanswered", Due.on_breach("first_response"), (lead, RaisePriority("p2"))),
    )
    low = (Rung("breach", Due.on_breach("resolution"), (lead, AddTag("late"))),)
    return Matrix(
        "house",
        (
            MatrixRow(Is("priority", "p1"), urgent),
            MatrixRow(IsOneOf("priority", ("p2", "p3")), normal),
            MatrixRow(Is("priority", "p4"), low),
        ),
        Person("dana"),
    )


def _staff() -> Staff:
    agents = tuple(
        Agent(
            name,
            name=name.title(),
            team="first line" if tier == 1 else "second line",
            skills=tuple(skills.split()),
            languages=tuple(languages.split()),
            tier=tier,
            capacity=3,
            calendar="default",
            manager="dana",
        )
        for name, tier, languages, skills in _PEOPLE
    )
    managers = (
        Agent("dana", name="Dana", capacity=0, calendar="default", manager="ruth"),
        Agent("ruth", name="Ruth", capacity=0, calendar="default"),
    )
    partner = Partner(
        "manila",
        name="Manila desk",
        scope=Scope.everything(max_tier=1),
        calendar="manila",
        capacity=8,
        price=Decimal("7.50"),
        currency="EUR",
        languages=("en", "nl"),
        contact="manila-lead",
    )
    return Staff(
        agents=(*agents, *managers),
        teams=(Team("first line", lead="dana"), Team("second line", lead="dana")),
        partners=(partner,),
    )


def _routing() -> RoutingPolicy:
    """Inside hours the house; what it cannot take at a peak, and tier 1 at night, goes to Manila."""
    house = ToAgent()
    by_day = Overflow(
        Gate("peak", WaitingCount(Is("tier", 1)), on=5, off=1), inside=house, outside=house | HandOff("manila")
    )
    return When(Is("open.default", False), HandOff("manila")) | by_day
