"""Trying a desk out before it meets anybody: seeded demand, people's behaviour, and a loop that drives the real desk.

Layer: planning.
"""

from deskcore.planning.arrivals import WeeklyRate, arrivals
from deskcore.planning.draws import Draws
from deskcore.planning.scenario import Behaviour, Demand, Scenario, Topic
from deskcore.planning.simulation import Simulation

__all__ = ["Behaviour", "Demand", "Draws", "Scenario", "Simulation", "Topic", "WeeklyRate", "arrivals"]
