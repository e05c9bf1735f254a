"""Queueing theory in closed form: Erlang B and C as pure functions of floats.

Layer: queueing, beside ``predicate`` and ``_draw``. Imports errors only.
"""

from deskcore.queueing.erlang import (
    erlang_b,
    erlang_c,
    least_servers,
    mean_queue_length,
    mean_wait,
    service_level,
)

__all__ = [
    "erlang_b",
    "erlang_c",
    "least_servers",
    "mean_queue_length",
    "mean_wait",
    "service_level",
]
