"""A configuration in every short form, for the tests beside it."""

from __future__ import annotations

import tomllib

FRIENDLY_TOML = """
name = "acme"

[calendars.default]
hours = "Mon-Fri 09:00-17:30"
tz = "Europe/Amsterdam"
holidays = "NL"

[calendars.manila]
hours = "Mon-Sat 08:00-20:00"
tz = "Asia/Manila"

[lifecycles.simple]
priorities = ["p1", "p2", "p3"]
default_priority = "p3"
matrix = [["p1", "p2"], ["p2", "p3"]]
reopen_window = "7 days"

[lifecycles.simple.statuses]
New = "new"
Open = "active"
"Pending requester" = "waiting for requester"
Resolved = "resolved"
Closed = "closed"

[lifecycles.simple.transitions]
New = ["Open", "Resolved"]
Open = ["Pending requester", { target = "Resolved", needs = ["code"] }]
"Pending requester" = "Open"
Resolved = ["Open", "Closed"]

[[lifecycles.simple.replies]]
reaction = "move"
to = "Open"
statuses = ["Pending requester"]

[lifecycles.simple.timers.auto-close]
after = "5 days"
to = "Closed"
phases = ["resolved"]
when = { customer_tier = { not = "gold" } }

[policies.gold]
when = { customer_tier = "gold" }
warn_at = [0.5, 0.8]
[policies.gold.targets]
first_response = "30m"
resolution = { p1 = "4 business hours", p2 = "8 business hours" }

[policies.rest.targets]
first_response = "4 business hours"

[matrix]
id = "house"
last_resort = { person = "dana" }
[matrix.rows.p1.lead]
due = "50 % of resolution"
actions = { notify = "team_lead" }
[matrix.rows.p1.manager]
due = "1h after resolution is due"
actions = [{ notify = { recipient = { manager_of = "assignee" }, channel = "page" } }, { raise_priority = "p1" }]

[staff.teams.first]
lead = "dana"
[staff.agents.dana]
skills = ["vpn"]
team = "first"
languages = ["nl", "en"]
[staff.agents.bo]
skills = { vpn = 3 }
team = "first"
[staff.partners.manila]
calendar = "manila"
scope = { max_tier = 1 }

[routing.overflow]
gate = { id = "busy", signal = "waiting_count", on = 10, off = 5 }
inside = { to_agent = { requires = ["present", "on_shift", "has_room"], ranking = ["least_utilised", "longest_idle"] } }
outside = [{ hand_off = "manila" }, "to_agent"]
"""

FRIENDLY = tomllib.loads(FRIENDLY_TOML)
