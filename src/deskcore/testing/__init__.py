"""For hosts' own suites: strategies, laws and oracles, room by room.

Import the module of the room you test: ``deskcore.testing.hours``, ``deskcore.testing.tickets`` and so on. Needs the
extra ``testing`` (hypothesis).

Layer: testing. Nothing in the core imports it.
"""

__all__: list[str] = []
