"""Some tickets to look at: a busy last hour, for a store that has none."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Final

from deskcore import Actor
from deskcore import commands as do
from deskcore.adapters.sql import SqlHost
from deskcore.desk import floor_commands as ask
from deskcore.tickets import Party
from examples.service.actors import GRANTED

TOPICS: Final = (
    ("password", "Cannot sign in after the holidays"),
    ("mail", "Attachments are cut off"),
    ("vpn", "The VPN drops every few minutes"),
    ("how-to", "How do I share my calendar?"),
    ("erp", "Invoices of last month are missing"),
    ("printer", "The printer on the second floor is jammed"),
)
NAMES: Final = ("ann", "cy", "eve", "gus", "ida", "jo", "lee", "noor", "pim", "uma")
TICKETS: Final = 30


def fill(host: SqlHost, now: datetime) -> None:
    """Play the last hour up to ``now``: people sign on, tickets come in, some are answered and solved."""
    if next(host.tickets(), None) is not None:
        return
    lots = random.Random(11)  # noqa: S311 - a sample, the same each time
    start = now - timedelta(hours=1)
    for agent in ("bo", "mia", "sam"):
        host.operate(ask.SignOn(agent), at=start, actor=Actor.agent(agent))
    for number in range(TICKETS):
        at = start + timedelta(minutes=2 * number)
        category, subject = lots.choice(TOPICS)
        ticket = f"T-{number + 1:04}"
        name = lots.choice(NAMES)
        host.handle(
            do.Open(
                ticket,
                subject=subject,
                requester=Party(name, languages=("en",)),
                category=category,
                impact=lots.randint(1, 3),
                urgency=lots.randint(1, 3),
                channel="portal",
            ),
            at=at,
            actor=Actor(name, "requester", None, GRANTED["requester"]),
        )
        _work(host, f"T-{lots.randint(1, number + 1):04}", at + timedelta(seconds=50), lots)


def _work(host: SqlHost, ticket: str, at: datetime, lots: random.Random) -> None:
    """Somebody answers a ticket, and now and then solves it."""
    agent = host.case(ticket).ticket.assignee
    if agent is None:
        return
    host.handle(do.Post(ticket, f"{ticket}-{at:%H%M}", channel="portal"), at=at, actor=Actor.agent(agent))
    if lots.choice((True, False)):
        host.handle(do.Resolve(ticket), at=at, actor=Actor.agent(agent))
