"""Where deskcore meets the world: files and logs. Only this room and ``cli`` do input and output.

Nothing here decides anything about tickets; it reads, hands plain values to the rooms below, and writes what they
answer. The submodules are the face: ``files`` (desk files), ``logs`` (ticket logs by a mapping), ``replay``.

Layer: adapters. Imports every room below.
"""

__all__: list[str] = []
