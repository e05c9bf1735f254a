"""Desk files: includes, presets, and faults that name their file and line."""

from __future__ import annotations

import json
from pathlib import Path

import attrs
import pytest

from deskcore.adapters.faults import UnusableFile
from deskcore.adapters.files import PRESETS, load_desk, read_desk
from deskcore.errors import InvalidConfiguration, Problem
from deskcore.presets import simple_lifecycle
from deskcore.wire import desk_to

CALENDARS = '[calendars]\ndefault = { hours = "Mon-Fri 09:00-17:00", tz = "UTC" }\n'
POLICY = '[policies.all.targets]\nresolution = "8 business hours"\n'


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text)
    return folder / "desk.toml"


def problems(path: Path) -> list[str]:
    with pytest.raises(InvalidConfiguration) as refused:
        read_desk(path)
    return [str(problem).replace(f"{path.parent}/", "") for problem in refused.value.problems]


def test_a_preset_is_what_the_file_starts_from(tmp_path: Path) -> None:
    desk = read_desk(write(tmp_path, desk=f'preset = "simple"\n{CALENDARS}{POLICY}'))

    assert desk.configuration.lifecycles == (simple_lifecycle(),)
    assert desk.configuration.book.policies[0].id == "all"


def test_included_files_are_merged_and_the_including_file_wins(tmp_path: Path) -> None:
    base = CALENDARS + 'night = { hours = "Mon-Sun 22:00-06:00", tz = "UTC" }\n'
    own = 'include = ["base.toml"]\npreset = "simple"\n[calendars.default]\ntz = "Asia/Tokyo"\n'
    desk = read_desk(write(tmp_path, base=base, desk=own))

    calendars = desk.configuration.calendars
    assert set(calendars) == {"default", "night"}
    assert str(calendars["default"].tz) == "Asia/Tokyo"


def test_a_desk_file_may_be_json(tmp_path: Path) -> None:
    toml = read_desk(write(tmp_path, desk=f'preset = "simple"\n{CALENDARS}{POLICY}'))
    (tmp_path / "desk.json").write_text(json.dumps(desk_to(toml)))

    assert read_desk(tmp_path / "desk.json") == toml


def test_a_fault_is_named_with_file_and_line(tmp_path: Path) -> None:
    path = write(tmp_path, desk=f'preset = "simple"\n{CALENDARS}{POLICY}\nfirst_respnse = "soon"\n')

    assert any(one.startswith("desk.toml:") and "first_respnse" in one for one in problems(path))


def test_a_fault_of_an_included_file_is_named_there(tmp_path: Path) -> None:
    base = '# shared\n[calendars]\ndefault = { hours = "Mon-Fri 09:00-17:00", tz = "Mars" }\n'
    path = write(tmp_path, base=base, desk='preset = "simple"\ninclude = ["base.toml"]\n')

    assert [one.partition(" ")[0] for one in problems(path)] == ["base.toml:3"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('preset = "smple"\n', "desk.toml:1 preset: names no preset (got 'smple'); did you mean 'simple'?"),
        ('name = "x"\ninclude = "base.toml"\n', "desk.toml:2 include: must be a list of files"),
        ('include = ["gone.toml"]\n', "desk.toml:1 include[0]: names no file: there is no"),
        ('include = ["desk.toml"]\n', "desk.toml:1 include[0]: includes desk.toml, which includes this file in turn"),
    ],
)
def test_what_cannot_be_started_from_is_named(tmp_path: Path, text: str, said: str) -> None:
    assert any(said in one for one in problems(write(tmp_path, desk=text)))


def test_broken_json_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "desk.json").write_text('{\n "name": "x",,\n}')

    with pytest.raises(UnusableFile, match=r"desk\.json:2: no JSON: "):
        read_desk(tmp_path / "desk.json")


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("desk.json", b"[1]", "holds a list; an object at the top is needed"),
        ("desk.toml", b"name = '\xff'", "byte 8 is not UTF-8; save it as UTF-8"),
    ],
)
def test_a_file_that_is_no_document_is_refused(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(data)

    with pytest.raises(UnusableFile, match=said):
        read_desk(tmp_path / name)


def test_a_folder_is_refused_with_what_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "README").write_text("")

    with pytest.raises(UnusableFile, match="that is a folder; name a file in it; the folder holds README"):
        read_desk(tmp_path)


def test_a_finding_of_lint_is_pointed_at_its_line(tmp_path: Path) -> None:
    policy = '[policies.all.targets]\nfirst_response = "9 business hours"\nresolution = "8 business hours"\n'
    held = load_desk(write(tmp_path, desk=f'preset = "simple"\n{CALENDARS}{policy}'))

    findings = held.located(held.desk.lint())
    assert findings
    assert all("desk.toml" in finding.path for finding in findings)


WRITTEN = """
preset = "simple"
[calendars]
default = "always"
[policies.gold]
when = { customer_tier = "gold" }
[policies.gold.targets]
first_response = "1h"
resolution = { p1 = "4h", p2 = "8h" }
[policies.all.targets]
first_response = "2h"
time_to_own = [{ within = "1h", when = { priority = "p1" } }, "4h"]
[matrix]
id = "m"
last_resort = { type = "person", id = "mo" }
[[matrix.rows]]
when = { priority = "p1" }
rungs.lead = { due = "50 % of resolution", actions = [{ type = "notify", recipient = { type = "person", id = "mo" } }] }
[[matrix.rows]]
when = "always"
[[matrix.rows.rungs]]
id = "late"
due = "when resolution is due"
actions = [{ type = "notify", recipient = { type = "person", id = "mo" } }]
"""


@pytest.mark.parametrize(
    ("built", "line", "written"),
    [
        ("book.policies[0]", 4, "policies.gold"),
        ("book.policies[0].when", 5, "policies.gold.when"),
        ("book.policies[0].targets[0]", 7, "policies.gold.targets.first_response"),
        ("book.policies[0].targets[2].within", 8, "policies.gold.targets.resolution.p2.within"),
        ("book.policies[1].targets[2]", 11, "policies.all.targets.time_to_own[1]"),
        ("book.policies[7]", 4, "policies[7]"),
        ("matrix.rows[0].rungs[0].due", 17, "matrix.rows[0].rungs.lead.due"),
        ("matrix.rows[1].rungs[late].due", 22, "matrix.rows[1].rungs[0].due"),
        ("matrix.rows[9]", 15, "matrix.rows[9]"),
        ("calendars.default.hours", 3, "calendars.default.hours"),
    ],
)
def test_a_place_of_the_built_desk_is_found_as_it_was_written(
    tmp_path: Path, built: str, line: int, written: str
) -> None:
    held = load_desk(write(tmp_path, desk=WRITTEN.lstrip("\n")))

    (found,) = held.located([Problem(built, "is odd")])
    assert found.path == f"{tmp_path / 'desk.toml'}:{line} {written}"


def test_a_place_that_only_a_preset_has_is_shown_with_the_file_alone(tmp_path: Path) -> None:
    held = load_desk(write(tmp_path, desk='preset = "simple"\n'))

    (found,) = held.located([Problem("lifecycles[0].timers[0]", "is odd")])
    assert found.path == f"{tmp_path / 'desk.toml'} lifecycles[0].timers[0]"


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_every_preset_is_a_desk_to_start_from(tmp_path: Path, preset: str) -> None:
    path = write(tmp_path, desk=f'preset = "{preset}"\ncalendars.default = "always"')
    assert read_desk(path).configuration.lifecycles == PRESETS[preset]().configuration.lifecycles


def test_a_part_of_a_preset_is_changed_and_the_rest_kept(tmp_path: Path) -> None:
    text = 'preset = "simple"\ncalendars.default = "always"\n[lifecycles.simple.permissions]\nresolve = "ticket.work"'
    (lifecycle,) = read_desk(write(tmp_path, desk=text)).configuration.lifecycles
    assert dict(lifecycle.permissions) == {"resolve": "ticket.work"}
    assert attrs.evolve(lifecycle, permissions={}) == simple_lifecycle()


def test_a_list_of_an_included_file_takes_the_including_files_table(tmp_path: Path) -> None:
    agents = '[[staff.agents]]\nid = "bo"\nskills = ["vpn"]\n[[staff.agents]]\nid = "mia"\n'
    text = 'include = ["staff.toml"]\ncalendars.default = "always"\nstaff.agents.bo.tier = 2'
    staff = read_desk(write(tmp_path, staff=agents, desk=text)).configuration.staff
    assert [(agent.id, agent.tier, set(agent.skills)) for agent in staff.agents] == [
        ("bo", 2, {"vpn"}),
        ("mia", 1, set()),
    ]
