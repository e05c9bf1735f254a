"""One call by which a host's suite lets ``st.from_type`` draw the values whose fields constrain each other.

Explicit, because Hypothesis's look-up is global to the process: nothing registers itself on import.

Layer: testing.
"""

from __future__ import annotations

from hypothesis import strategies as st

from deskcore.escalation import Matrix
from deskcore.hours import BusinessDuration, Calendar
from deskcore.predicate import Condition
from deskcore.routing.ranking import Ranking
from deskcore.routing.requirement import Requirement
from deskcore.staff import Scope
from deskcore.testing import escalation, hours, predicate, routing, staff
from deskcore.testing import tickets as tickets_
from deskcore.tickets import Lifecycle


def register() -> None:
    """Teach Hypothesis calendars, open time, lifecycles, conditions, requirements, rankings, scopes and matrices.

    Call it once, in a suite's ``conftest.py``; calling it again changes nothing.

    >>> register()
    >>> from hypothesis import strategies as st
    >>> st.from_type(Calendar).validate()
    """
    st.register_type_strategy(Calendar, hours.calendars())
    st.register_type_strategy(BusinessDuration, hours.amounts())
    st.register_type_strategy(Lifecycle, tickets_.lifecycles())
    st.register_type_strategy(Condition, predicate.conditions())
    st.register_type_strategy(Requirement, routing.requirements())
    st.register_type_strategy(Ranking, routing.rankings())
    st.register_type_strategy(Scope, staff.scopes())
    st.register_type_strategy(Matrix, escalation.matrices())
