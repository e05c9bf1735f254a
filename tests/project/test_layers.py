"""Imports only point down: the contract names every room, and the sources keep it."""

from __future__ import annotations

from tests.project.rooms import imports, layers, members, project, sources


def test_the_contract_is_exhaustive() -> None:
    (contract,) = (held for held in project()["tool"]["importlinter"]["contracts"] if held["type"] == "layers")
    assert contract["exhaustive"] is True
    assert contract["containers"] == ["deskcore"]
    assert layers()[0] == {"errors"}
    assert layers()[-1] == {"cli"}


def test_no_room_stands_on_two_layers() -> None:
    named = [room for layer in layers() for room in layer]
    assert len(named) == len(set(named))


def test_every_room_has_its_layer() -> None:
    (contract,) = (held for held in project()["tool"]["importlinter"]["contracts"] if held["type"] == "layers")
    named = {room for layer in layers() for room in layer} | set(contract["exhaustive_ignores"])
    assert set(members()) <= named, f"not in any layer: {sorted(set(members()) - named)}"


def test_a_room_sees_only_what_lies_below_it() -> None:
    """Neither what is above nor what is beside it on the same line."""
    level = {room: place for place, layer in enumerate(layers()) for room in layer}
    upward = []
    for path, tree in sources():
        room = path.partition("/")[0].removesuffix(".py")
        for module, _, line in imports(tree):
            seen = module.split(".")[1] if module.startswith("deskcore.") else room
            if seen != room and seen in level and room in level and level[seen] >= level[room]:
                upward.append(f"{path}:{line} imports {module}")
    assert upward == []


def test_nothing_imports_the_root_package() -> None:
    """The face is for users; a room that read it would depend on all others."""
    known = set(members())
    found = [
        f"{path}:{line}"
        for path, tree in sources()
        for module, name, line in imports(tree)
        if module == "deskcore" and name not in known
    ]
    assert found == []
