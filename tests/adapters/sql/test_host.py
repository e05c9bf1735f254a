"""The durable host on either database: the same answers as the host in memory, stored for good."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from deskcore.adapters.sql import CommandIdReused, Conflict, SchemaMismatch, SqlHost
from deskcore.desk import Accepted, Refused
from deskcore.desk import floor_commands as ask
from deskcore.log import Actor
from deskcore.tickets import commands as do
from tests.desk.conftest import ANN, BO, MONDAY, later, small_desk

DESK = small_desk()


def opened(url: str) -> SqlHost:
    return SqlHost.open(url, DESK)


def test_what_is_stored_outlives_the_host(url: str) -> None:
    with opened(url) as host:
        host.operate(ask.SignOn("bo"), at=MONDAY)
        host.handle(do.Open("T-1", subject="VPN", requester="ann"), at=MONDAY, actor=ANN)
        case, floor = host.case("T-1"), host.floor
    with opened(url) as again:
        assert again.case("T-1") == case
        assert again.floor == floor
        assert case.ticket.assignee == "bo"
        assert DESK.replay(again.log("T-1")) == case


def test_the_same_id_again_gives_the_same_answer_and_stores_nothing(url: str) -> None:
    with opened(url) as host:
        command = do.Open("T-1", subject="VPN", requester="ann")
        first = host.handle(command, at=MONDAY, actor=ANN, id="r-1")
        host.handle(do.Post("T-1", "m-1"), at=later(hours=1), actor=ANN)
        log = host.log("T-1")
        assert host.handle(command, at=later(hours=2), actor=ANN, id="r-1") == first
        assert host.log("T-1") == log
        signed = host.operate(ask.SignOn("bo"), at=later(hours=2), id="r-2")
        assert host.operate(ask.SignOn("bo"), at=later(hours=3), id="r-2") == signed


def test_a_refusal_is_remembered_by_its_id_too(url: str) -> None:
    with opened(url) as host:
        refused = host.handle(do.Start("T-1"), at=MONDAY, actor=BO, id="r-1")
        assert isinstance(refused, Refused)
        host.handle(do.Open("T-1", subject="VPN", requester="ann"), at=MONDAY, actor=ANN)
        assert host.handle(do.Start("T-1"), at=MONDAY, actor=BO, id="r-1") == refused


def test_an_id_stands_for_one_command_of_one_actor(url: str) -> None:
    with opened(url) as host:
        command = do.Open("T-1", subject="VPN", requester="ann")
        host.handle(command, at=MONDAY, actor=ANN, id="r-1")
        with pytest.raises(CommandIdReused):
            host.handle(command, at=MONDAY, actor=Actor.requester("bea"), id="r-1")
        with pytest.raises(CommandIdReused):
            host.handle(do.Post("T-1", "m"), at=MONDAY, actor=ANN, id="r-1")


def test_a_version_seen_too_long_ago_is_a_conflict_and_the_present_one_is_not(url: str) -> None:
    with opened(url) as host:
        host.handle(do.Open("T-1", subject="VPN", requester="ann"), at=MONDAY, actor=ANN)
        seen = host.case("T-1").version
        host.handle(do.Post("T-1", "m-1"), at=MONDAY, actor=ANN, expected=seen)
        with pytest.raises(Conflict) as caught:
            host.handle(do.Post("T-1", "m-2"), at=MONDAY, actor=ANN, expected=seen)
        assert (caught.value.stream, caught.value.expected) == ("T-1", seen)
        now = host.case("T-1").version
        assert isinstance(host.handle(do.Post("T-1", "m-2"), at=MONDAY, actor=ANN, expected=now), Accepted)


def test_clocks_a_little_apart_do_not_stop_the_work(url: str) -> None:
    with opened(url) as host:
        host.handle(do.Open("T-1", subject="VPN", requester="ann"), at=later(seconds=2), actor=ANN)
        slow = host.handle(do.Open("T-2", subject="VPN", requester="ann"), at=MONDAY, actor=ANN)
        assert isinstance(slow, Accepted)
        assert host.floor.recorded_at == later(seconds=2)
        assert isinstance(host.handle(do.Post("T-1", "m"), at=MONDAY, actor=ANN), Accepted)


def test_a_database_without_tables_is_refused_where_they_are_not_to_be_made(url: str) -> None:
    if url.startswith("sqlite"):
        Path(url.removeprefix("sqlite:///")).touch()
    with pytest.raises(SchemaMismatch):
        SqlHost.open(url, DESK, create=False)


def test_timers_ring_at_their_instants_and_people_are_told_once(url: str) -> None:
    with opened(url) as host:
        host.handle(do.Open("T-1", subject="VPN", requester="ann"), at=MONDAY, actor=ANN)
        assert host.next_wake() == DESK.next_change(host.case("T-1"), at=MONDAY)
        host.advance(MONDAY + timedelta(days=7))
        keys = [notify.key for notify in host.told]
        assert keys
        assert len(set(keys)) == len(keys)
        assert DESK.case(host.log("T-1")) == host.case("T-1")
