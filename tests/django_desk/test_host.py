"""A desk in Django's database: the laws of hosts, one transaction with the shop's own rows, messages after the commit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("django", reason="Django not tried: pip install django to have it")

from deskcore.desk import Notify
from deskcore.testing.hosts import LIFE, START, check_host, check_like_memory, check_streams, small_desk
from deskcore.tickets import commands as do
from examples.django_desk.setup import database_at
from tests.adapters.sql.crowd import ANN


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Any]:
    database_at(tmp_path / "shop.db")
    from django.db import connection

    from examples.django_desk.host import DjangoHost

    yield DjangoHost(small_desk())
    connection.close()


def test_every_law_on_one_life(host: Any) -> None:
    check_host(lambda _: host)


def test_two_hosts_over_one_database_are_one(host: Any) -> None:
    check_like_memory([host, type(host)(host.desk)], LIFE)
    check_streams(host)


def test_rows_of_both_are_stored_together_or_not_at_all(host: Any) -> None:
    from django.db import transaction

    from examples.django_desk.models import DeskEvent, DeskMessage, DeskState, Order

    def bought(ticket: str) -> None:
        Order.objects.create(what="a laptop", ticket=ticket)
        host.handle(do.Open(ticket, subject="a laptop", requester="ann"), at=START, actor=ANN).unwrap()

    with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012 - the application fails after both
        bought("T-1")
        assert host.case("T-1").ticket.subject == "a laptop"
        raise RuntimeError("out of laptops")
    assert [model.objects.count() for model in (Order, DeskEvent, DeskState, DeskMessage)] == [0, 0, 0, 0]

    with transaction.atomic():
        bought("T-1")
    assert (Order.objects.count(), host.case("T-1").version >= 1) == (1, True)


def test_messages_go_out_after_the_commit_and_once_where_nothing_fails(host: Any) -> None:
    from django.db import transaction

    from examples.django_desk.host import deliver

    sent: list[Notify] = []
    with transaction.atomic():
        host.handle(do.Open("T-1", subject="VPN", requester="ann"), at=START, actor=ANN).unwrap()
        host.advance(START + timedelta(days=7))
        transaction.on_commit(lambda: deliver(sent.append))
        assert host.told
        assert not sent
    assert sent == host.told
    assert deliver(sent.append) == 0

    with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012 - the application fails after it
        host.handle(do.Open("T-2", subject="VPN", requester="ann"), at=START + timedelta(days=8), actor=ANN).unwrap()
        host.advance(START + timedelta(days=15))
        transaction.on_commit(lambda: deliver(sent.append))
        raise RuntimeError("out of laptops")
    assert sent == host.told


def test_who_loses_a_race_is_told_and_begins_again(host: Any) -> None:
    from django.db import IntegrityError, transaction

    from examples.django_desk.models import DeskEvent

    host.handle(do.Open("T-1", subject="VPN", requester="ann"), at=START, actor=ANN).unwrap()
    version = host.case("T-1").version
    with pytest.raises(IntegrityError), transaction.atomic():
        DeskEvent.objects.create(stream="T-1", seq=version, body="somebody else's")
    assert host.case("T-1").version == version
