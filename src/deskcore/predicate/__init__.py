"""Conditions over facts, as values: comparable, printable, saved and explained.

Layer: predicate. Imports errors and _value only.
"""

from deskcore.predicate.facts import Fact, Facts, FactValue
from deskcore.predicate.nodes import (
    ALWAYS,
    NEVER,
    AllOf,
    AnyOf,
    Condition,
    Has,
    InRange,
    Is,
    IsOneOf,
    Not,
    where,
)
from deskcore.predicate.verdict import Verdict

__all__ = [
    "ALWAYS",
    "NEVER",
    "AllOf",
    "AnyOf",
    "Condition",
    "Fact",
    "FactValue",
    "Facts",
    "Has",
    "InRange",
    "Is",
    "IsOneOf",
    "Not",
    "Verdict",
    "where",
]
