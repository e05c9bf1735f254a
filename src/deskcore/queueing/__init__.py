"""Queueing theory in closed form: Erlang A, B and C and overflow traffic as pure functions of floats.

Layer: queueing, beside ``predicate`` and ``_draw``. Imports errors only.
"""

from deskcore.queueing.abandonment import erlang_a, overflow_at_wait
from deskcore.queueing.erlang import (
    erlang_b,
    erlang_c,
    least_servers,
    mean_queue_length,
    mean_wait,
    service_level,
)
from deskcore.queueing.overflow import hayward, overflow_at_queue, overflow_traffic

__all__ = [
    "erlang_a",
    "erlang_b",
    "erlang_c",
    "hayward",
    "least_servers",
    "mean_queue_length",
    "mean_wait",
    "overflow_at_queue",
    "overflow_at_wait",
    "overflow_traffic",
    "service_level",
]
