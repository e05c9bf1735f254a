"""The dialect of lifecycle.json: each step is a command or a question, each answer is read off tickets and logs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final, cast

from deskcore._value import FrozenDict, to_us
from deskcore.log import Actor, Event, Role
from deskcore.tickets import Party, Ticket
from deskcore.tickets import commands as do
from deskcore.tickets import events as on
from deskcore.tickets.annex import NO_EFFORT, Effort
from deskcore.tickets.decided import Decided
from deskcore.tickets.links import Link
from deskcore.tickets.merging import survivor
from deskcore.tickets.milestones import milestones
from deskcore.tickets.related import open_dependencies
from tests.conformance.lifecycle_host import Host
from tests.conformance.lifecycle_table import WAITS
from tests.conformance.lifecycle_words import CASE, check_expected, check_steps, check_table
from tests.conformance.runner import Adapter, Case, Json, NotExpressible, Outcome, own_words, refuse_unread

Step = Mapping[str, Any]
Answer = dict[str, Any]
_LINKS: Final = {"child": "child_of", "parent": "parent_of", "problem": "incident_of"}
_CODES: Final = {"no_change": "forbidden_transition"}
"""The page lists moves to other statuses; to stay is none of them, and it has no word of its own for that."""
_WORDS: Final = {"message": "comment", "comment": "comment"}
_QUESTIONS: Final = frozenset(
    {"allowed_next", "required_permission", "category_of", "can_resolve", "is_support", "view_status"}
)


def _instant(text: object) -> datetime:
    return datetime.fromisoformat(str(text))


def _until(step: Step, key: str = "pending_until") -> datetime | None:
    return None if step.get(key) is None else _instant(step[key])


def actor_of(step: Step) -> Actor:
    """Who takes a step. Without permissions and roles, somebody who may do everything."""
    role, _, name = str(step["by"]).partition(":")
    granted: Iterable[str] = ("*",)
    if "permissions" in step or "roles" in step:
        granted = (*step.get("permissions", ()), *step.get("roles", ()))
    elif "may_modify" in step:
        granted = tuple(f"modify:{ticket}" for ticket in step["may_modify"])
    return Actor(name or role, cast("Role", role), None, frozenset(granted))


def _waits(timeline: Iterable[Step]) -> frozenset[str]:
    """The statuses in which some ticket waits for a date."""
    named = {str(step.get("to", step.get("status"))) for step in timeline if step.get("pending_until") is not None}
    return frozenset(named | {"snoozed"})


class Play:
    """One case being played."""

    def __init__(self, case: Case) -> None:
        timeline = cast("list[Step]", case["timeline"])
        values = [step.get(key) for step in timeline for key in ("priority", "value") if step["do"] in _PRIORITISING]
        table = cast("Step", case["lifecycle"])
        check_table(table)
        check_steps(timeline)
        self.host = Host({**table, WAITS: _waits(timeline)}, tuple(str(value) for value in values if value is not None))
        self.first: str | None = None
        self.made = 0
        self.reason = "hold_reason"

    def name(self, step: Step, key: str = "ticket") -> str:
        """The ticket that a step is about."""
        named = step.get(key)
        if named is None or (named == "this" and "this" not in self.host.tickets):
            return self.first or "this"
        return str(named)

    def take(self, step: Step) -> Answer:
        """What holds after a step."""
        word, at, actor = str(step["do"]), _instant(step["at"]), actor_of(step)
        asked = self.host.table.get("rules", {}).get("reprioritise_saved_problem_needs")
        self.reason = str(asked) if word == "prioritise" else "hold_reason"
        if word in _QUESTIONS:
            return self.question(word, step, actor)
        before = {name: len(log) for name, log in self.host.logs.items()}
        tickets = dict(self.host.tickets)
        if word == "tick":
            names = (self.name(step),) if "ticket" in step else tuple(self.host.tickets)
            self.host.tick(names, at)
            answer, subject = Decided(), self.name(step)
        else:
            answer, subject = self.command(word, step, at, actor)
        fresh = [event for name, log in self.host.logs.items() for event in log[before.get(name, 0) :]]
        return {**self.told(answer, subject, at), **self.followed(step, word, subject, answer, fresh, tickets)}

    def command(self, word: str, step: Step, at: datetime, actor: Actor) -> tuple[Decided, str]:
        """Run a step; the answer and the ticket whose facts are asked afterwards."""
        if word == "create":
            return self.create(step, at, actor)
        if word in {"merge", "undo_merge"}:
            return self.merging(word, step, at, actor)
        if word == "remove_member":
            group, member = str(step["group"]), step["member"]
            self.host.teams[group] = tuple(person for person in self.host.teams.get(group, ()) if person != member)
            concerned = [name for name, ticket in self.host.tickets.items() if ticket.team == group]
            for name in concerned:
                self.host.run((do.ReviewAssignee(name),), at, Actor.system("membership"))
            return Decided(), self.name(step)
        if word == "prioritise" and not self.host.tickets:
            return Decided(), "this"
        subject = self.name(step)
        return self.host.run(tuple(self.commands(word, step, subject)), at, actor), subject

    def create(self, step: Step, at: datetime, actor: Actor) -> tuple[Decided, str]:
        """Open a ticket, with the messages that it came with."""
        self.made += 1
        name = str(step.get("ticket", "this" if self.first is None else f"created-{self.made}"))
        answer = self.host.run((opening(name, step, self.host),), at, actor)
        if answer.accepted:
            self.first = self.first or name
            messages = step.get("messages", ())
            if isinstance(messages, int):
                messages = [f"{name}-{place}" for place in range(messages)]
            for text in messages:
                id_, _, clock = str(text).partition("@")
                when = datetime.combine(at.date(), time.fromisoformat(clock), UTC) if clock else at
                self.host.run((do.Post(name, id_, rules=False),), when, actor)
        return answer, name

    def merging(self, word: str, step: Step, at: datetime, actor: Actor) -> tuple[Decided, str]:
        """Merge tickets into one, or give a merged one back."""
        if word == "undo_merge":
            source = self.name(step)
            into = self.host.tickets[source].merged_into
            return self.host.run((do.UndoMerge(source),), at, actor), into or source
        if "tickets" in step and "into" not in step:
            known = [self.host.tickets[str(name)] for name in step["tickets"]]
            target = survivor(known).id
            sources = [ticket.id for ticket in known if ticket.id != target]
        else:
            target, sources = str(step["into"]), [self.name(step)]
        take = cast("dict[str, str]", step.get("take", {}))
        commands = tuple(
            do.Merge(
                source,
                target,
                messages=self.host.thread(source).messages,
                status=step.get("child_status"),
                take=frozenset(field for field, winner in take.items() if winner == source),
            )
            for source in sources
        )
        return self.host.run(commands, at, actor), target

    def commands(self, word: str, step: Step, name: str) -> Iterable[do.Command]:
        """The commands that a step stands for."""
        if word in {"message", "note"}:
            return (self.message(word, step, name),)
        if word in {"bundle", "unbundle"}:
            link = do.AddLink if word == "bundle" else do.RemoveLink
            return tuple(link(name, "parent_of", str(child)) for child in step["children"])
        if word == "split":
            moved = self.host.thread(name).starting_at(str(step["from_message"]))
            return (do.Split(name, str(step["new"]), moved, subject=step.get("subject")),)
        if word in {"set_field", "reopen", "close", "accept", "resolve", "reassign"}:
            return self.by_table(word, step, name)
        made = _simple(word, step, name, self.host)
        if made is None:
            raise NotExpressible(f"unknown step {word!r}")
        return made

    def message(self, word: str, step: Step, name: str) -> do.Command:
        """A message or an internal note."""
        self.made += 1
        public = word == "message" and step.get("public", True)
        suppressed = "no-autoopen" in str(step.get("headers", {}).get("RT-Control", ""))
        return do.Post(
            name,
            str(step.get("id", f"message-{self.made}")),
            visibility="public" if public else "internal",
            channel=str(step.get("channel", "unknown")),
            auto_generated=bool(step.get("automation") or step.get("auto_generated")),
            then=step.get("sets_status"),
            follow_up=f"created-{self.made}",
            rules=step.get("communication", True) and not suppressed,
            response=step.get("count_as_response", True),
        )

    def by_table(self, word: str, step: Step, name: str) -> Iterable[do.Command]:
        """Steps whose meaning depends on what the table lists, not on where the ticket is."""
        rules = self.host.lifecycle(self.host.tickets.get(name))
        if word == "set_field":
            return _set_field(name, str(step["field"]), step.get("value"), self.host.tickets[name])
        if word == "close":
            target = next((known for known in rules.status_names if known.lower() == "closed"), "closed")
            return (do.Move(name, target),)
        if rules.actions and "actions" in self.host.table:
            return (do.Act(name, word, to=step.get("to"), code=step.get("resolution")),)
        if word == "reopen":
            return (do.Move(name, rules.status_names[0]),)
        return (do.Act(name, word),)

    def question(self, word: str, step: Step, actor: Actor) -> Answer:
        """A question that changes nothing."""
        held = self.host.tickets.get(self.name(step))
        rules = self.host.lifecycle(held)
        found: Answer = {"ok": True}
        if held is not None:
            found = self.told(Decided(), held.id, _instant(step["at"]))
        status = str(step.get("frm", held.status.name if held else rules.initial.name))
        if word == "allowed_next":
            found["allowed"] = rules.targets(status, actor.role)
        elif word == "required_permission":
            row = rules.transition(status, str(step["to"])) or self.host.permissions.transition(status, str(step["to"]))
            found["needs"] = None if row is None else row.permission or list(row.any_of) or None
        elif word == "category_of":
            state = str(step["state"])
            kinds = self.host.table.get("states")
            phase = {"new": "initial", "active": "active", "waiting": "active"}.get(
                rules.status(state).phase, "inactive"
            )
            found["category"] = kinds[state] if isinstance(kinds, Mapping) else phase
        elif word == "can_resolve":
            found["value"] = held is None or not open_dependencies(held, self.host.tickets)
        elif word == "is_support":
            given = (*([step["profile"]] if "profile" in step else []), *step.get("profiles", ()))
            who = Actor(actor.id, actor.role, None, frozenset(map(str, given)))
            found["value"] = rules.counts_as_support(who, is_requester="requester" in step.get("roles", ()))
        else:
            found["shown"] = rules.view(status, actor.role)
        return found

    def told(self, answer: Decided, name: str, at: datetime) -> Answer:
        """What every step tells of its ticket."""
        found: Answer = {"ok": answer.accepted}
        if answer.refusals:
            first = answer.refusals[0]
            lacking = [need for one in answer.refusals if one.code == first.code for need in one.needs]
            asked = first.data.get("permission") or first.data.get("any_of", "").split(", ")
            found |= {
                "refusal": _CODES.get(first.code, first.code),
                "needs": asked,
                "missing": [
                    self.reason if need == "reason" else _WORDS.get(need, need.removeprefix("field."))
                    for need in dict.fromkeys(lacking)
                ],
            }
        held = self.host.tickets.get(name)
        everybody = {id_: ticket.status.name for id_, ticket in self.host.tickets.items()}
        if self.first is not None:
            everybody.setdefault("this", self.host.tickets[self.first].status.name)
        found |= {"others": everybody, "all": everybody, "notified": list(answer.tell)}
        if held is None:
            return found
        log = self.host.logs[name]
        past, marks, place = milestones(log), held.marks, held.place
        hold = held.hold
        return found | {
            "status": held.status.name,
            "assignee": place.assignee,
            "priority": held.priority,
            "queue": place.queue,
            "group": place.team,
            "team": place.team,
            "resolution": held.resolution,
            "hold_reason": None if hold is None else hold.reason or None,
            "pending_until": None if hold is None else hold.until,
            "fields": {**held.fields, "tags": held.tags, "subject": held.subject, "priority": held.priority},
            "started_at": past.started_at,
            "resolved_at": past.ended_at,
            "closed_at": past.closed_at,
            "stage_changed_at": past.moved_at,
            "assigned_at": marks.assigned_at,
            "first_response_at": past.answered_at,
            "waiting_since": marks.waiting_since,
            "taken_at": marks.first_response_at,
            "reminders": sum(isinstance(event.data, on.Reminded) for event in log),
            "sla_paused": bool({"pauses_sla", "keeps_sla"} & set(self.host.table)) and self.host.is_paused(name, at),
            "number": (int(self.host.numbers[name]), len(self.host.numbers) - 1),
            "follow_up_of": next(iter(held.annex.others("follows_up")), None),
            "links": {id_: len(ticket.links) for id_, ticket in self.host.tickets.items()},
            "solutions": {id_: ticket.annex.solution for id_, ticket in self.host.tickets.items()},
            "changed_by": _changer(log),
        }

    def followed(
        self,
        step: Step,
        word: str,
        name: str,
        answer: Decided,
        fresh: list[Event],
        before: Mapping[str, Ticket],
    ) -> Answer:
        """What a step brought about beside its ticket's own state."""
        found: Answer = {}
        reminded = [who for event in fresh if isinstance(event.data, on.Reminded) for who in event.data.notify]
        if reminded:
            found["notified"] = reminded
        if word == "message":
            found |= self.message_facts(name, answer, fresh)
        if word == "prioritise" and not self.host.tickets:
            rules = self.host.lifecycle(None)
            found["priority"] = rules.computed(step.get("impact"), step.get("urgency"))
        if word in {"split", "copy", "follow_up"} and str(step.get("new")) in self.host.tickets:
            found |= self.new_facts(str(step["new"]), step)
        if word in {"merge", "undo_merge"} and name in self.host.tickets:
            found |= self.merge_facts(step, word, name, fresh, before)
        return found

    def message_facts(self, name: str, answer: Decided, fresh: list[Event]) -> Answer:
        """Where a message went and what it opened."""
        reopened = any(isinstance(event.data, on.Reopened) for event in fresh if event.stream == name)
        found: Answer = {"reopened": reopened, "reopen_allowed": reopened}
        landed = [event.stream for event in fresh if isinstance(event.data, on.MessagePosted)]
        found["lands_on"] = landed[-1] if landed else None
        created = [event for event in fresh if isinstance(event.data, on.Opened)]
        if not created or not answer.accepted:
            return found
        new, data = self.host.tickets[created[0].stream], cast("on.Opened", created[0].data)
        linked = bool(new.annex.others("follows_up"))
        word = str(self.host.table.get("rules", {}).get("email_on_closed", ""))
        kinds = {word, data.kind} if word.endswith(data.kind) and word else {"follow_up" if linked else "new_ticket"}
        copies = self.host.table.get("rules", {}).get("copy_fields", [])
        held = self.host.tickets[name]
        found["creates"] = {
            "kind": kinds,
            "of": name,
            "status": new.status.name,
            "copies": {field: value for field in copies if (value := _field(new, field)) == _field(held, field)},
        }
        return found

    def new_facts(self, new: str, step: Step) -> Answer:
        """What is known of a ticket that a step made out of another."""
        held = self.host.tickets[new]
        restarted = to_us(held.opened_at) == to_us(_instant(step["at"]))
        return {
            "new": {
                "first_response_at": held.marks.first_response_at,
                "sla": "restarted" if restarted else "kept",
                "split_from": next(iter(held.annex.others("split_from")), None),
                "messages": list(self.host.thread(new).ids),
                "status": held.status.name,
                "subject": held.subject,
            },
            "new_tags": held.tags,
            "number": (int(self.host.numbers[new]), len(self.host.numbers) - 1),
            "number_differs_from": {
                id_ for id_, number in self.host.numbers.items() if number != self.host.numbers[new]
            },
            "follow_up_of": next(iter(held.annex.others("follows_up")), None),
        }

    def merge_facts(
        self, step: Step, word: str, target: str, fresh: list[Event], before: Mapping[str, Ticket]
    ) -> Answer:
        """What a merge or its undoing made of both sides."""
        held = self.host.tickets[target]
        messages = self.host.thread(target).messages
        effort = held.annex.effort
        found: Answer = {
            "survivor": target,
            "target_messages": [ref.id for ref in messages if ref.visibility == "public"],
            "target_notes": sum(ref.visibility != "public" for ref in messages),
            "target_watchers": held.annex.watchers,
            "target_cc_includes": held.annex.cc,
            "target_time": {
                "worked": effort.worked // timedelta(minutes=1),
                "estimated": effort.estimated // timedelta(minutes=1),
                "left": effort.left // timedelta(minutes=1),
            },
            "created_at_of_target": "kept" if held.opened_at == before[target].opened_at else "changed",
            "events": {event.stream: text for event in fresh if (text := _merge_text(event)) is not None},
        }
        sources = [str(name) for name in step.get("tickets", ()) if name != target] or [self.name(step)]
        source = self.host.tickets[sources[0]]
        of_source = self.host.thread(source.id).ids
        found |= {
            "source_assignee": source.place.assignee,
            "source_messages": len(of_source),
            "source_cc": len(source.annex.cc),
        }
        if word == "undo_merge":
            found["restored_messages"] = {source.id: list(of_source)}
        if Link("parent_of", source.id) in held.links:
            found["link"] = f"{target} parent of {source.id}"
        return found


_PRIORITISING: Final = frozenset({"create", "set_priority", "set_field"})


def opening(name: str, step: Step, host: Host) -> do.Open:
    """The command that opens a ticket."""
    group = step.get("requester_group")
    asks = group is not None or str(step["by"]).startswith("requester")
    links = {Link("child_of", str(step["parent"]))} if "parent" in step else set[Link]()
    if "problem" in step:
        links.add(Link("incident_of", str(step["problem"])))
    fields = {str(key): value for key, value in step.get("fields", {}).items() if key not in {"tags", "subject"}}
    if step.get("major"):
        fields["major"] = True
    tags = step.get("tags", step.get("fields", {}).get("tags", ()))
    minutes = {key: timedelta(minutes=value) for key, value in step.get("time", {}).items()}
    merging = host.table.get("rules", {}).get("merge", {})
    return do.Open(
        name,
        subject=str(step.get("subject", step.get("fields", {}).get("subject", name))),
        requester=Party("requester", tier=group) if asks else None,
        status=step.get("status"),
        kind=str(step.get("kind", "ticket" if "kinds" in merging else "incident")),
        channel=str(step.get("channel", "unknown")),
        priority=None if step.get("priority") is None else str(step["priority"]),
        impact=step.get("impact"),
        urgency=step.get("urgency"),
        queue=step.get("queue"),
        team=step.get("team", step.get("group")),
        assignee=step.get("assignee"),
        tags=frozenset(tags),
        fields=FrozenDict(fields),
        until=_until(step),
        cc=frozenset(step.get("cc", ())),
        links=frozenset(links),
        effort=Effort(**minutes) if minutes else NO_EFFORT,
        started_at=_until(step, "started_at"),
        follows_up=step.get("follow_up_of"),
    )


def _simple(word: str, step: Step, name: str, host: Host) -> tuple[do.Command, ...] | None:
    """Steps that are one command each."""
    if word in {"set_status", "hold", "snooze"}:
        return (_move(word, step, name, host),)
    if word == "assign":
        return (_assign(step, name),)
    if word in {"set_team", "move_queue"}:
        to, split = str(step["to"]), "stages_by_team" in host.table
        if word == "move_queue":
            return (do.Transfer(name, queue=to, keep=True),)
        return (do.Transfer(name, team=to, queue=to if split else None, keep=True),)
    if word == "add_task":
        return (do.PlanWork(name),) if step.get("planned", True) else ()
    value, new = step.get("value"), str(step.get("new", "new"))
    tags = None if "tags" not in step else frozenset(cast("list[str]", step["tags"]))
    kind = str(step.get("kind", "related"))
    made: dict[str, do.Command] = {
        "toggle": do.Act(name, "toggle"),
        "mute": do.Mute(name),
        "set_priority": do.SetPriority(name, None if value is None else str(value)),
        "prioritise": do.SetImpactUrgency(
            name, step.get("impact"), step.get("urgency"), reason=str(step.get("note") or "")
        ),
        "propose_solution": do.ProposeSolution(name, str(step.get("text", ""))),
        "approve_solution": do.AcceptSolution(name),
        "reject_resolution": do.RejectSolution(name),
        "copy": do.Copy(name, new),
        "follow_up": do.FollowUp(name, new, tags=tags),
        "link": do.AddLink(name, _LINKS.get(kind, kind), str(step.get("other", "-"))),
    }
    if word == "add_tag":
        return (do.AddTag(name, str(step["tag"])),)
    if word == "watch":
        return (do.Watch(name, str(step["who"])),)
    return (made[word],) if word in made else None


def _move(word: str, step: Step, name: str, host: Host) -> do.Command:
    to = {"hold": host.table.get("hold_status"), "snooze": "snoozed"}.get(word, step.get("to"))
    until = _until(step, "until") if word == "snooze" else _until(step)
    reason = str(step.get("reason") or step.get("hold_reason") or "")
    if step.get("comment"):
        return do.Post(name, "comment", visibility="internal", then=str(to), reason=reason, until=until)
    return do.Move(name, str(to), reason=reason, until=until, force=bool(step.get("force")))


def _assign(step: Step, name: str) -> do.Command:
    party, to = step.get("party", "person"), cast("str", step["to"])
    if step["to"] is None:
        return do.Unassign(name)
    if party == "group":
        return do.Assign(name, team=to)
    if party == "supplier":
        return do.Assign(name, desk=to)
    return do.Assign(name, to, team=step.get("group"))


def _set_field(name: str, field: str, value: Any, held: Ticket) -> Iterable[do.Command]:
    if field == "tags":
        wanted = set(cast("list[str]", value or []))
        return (
            *(do.RemoveTag(name, tag) for tag in sorted(held.tags - wanted)),
            *(do.AddTag(name, tag) for tag in sorted(wanted - held.tags)),
        )
    if field == "subject":
        return (do.SetSubject(name, str(value)),)
    if field == "priority":
        return (do.SetPriority(name, None if value is None else str(value)),)
    if isinstance(value, list | dict):
        raise NotExpressible(f"custom field {field!r} holds a {type(value).__name__}: fields hold single values")
    return (do.SetField(name, field, value),)


def _field(ticket: Ticket, name: str) -> object:
    known = {"priority": ticket.priority, "subject": ticket.subject, "tags": ticket.tags, "cc": ticket.annex.cc}
    return known.get(name, ticket.fields.get(name, getattr(ticket.place, name, getattr(ticket.triage, name, None))))


def _changer(log: list[Event]) -> set[str]:
    for event in reversed(log):
        if isinstance(event.data, on.StatusChange | on.Opened):
            actor = event.actor
            return {actor.role, actor.id, f"{actor.role}:{actor.id}"}
    return set()


def _merge_text(event: Event) -> str | None:
    if isinstance(event.data, on.MergeReceived):
        return f"received_merge by {event.actor.id} from {event.data.source}"
    if isinstance(event.data, on.MergedInto):
        return f"merged_into by {event.actor.id} to {event.data.into}"
    return None


def agrees(key: str, found: Any, expected: Any) -> bool:
    """Whether what was found is what is expected, as the word of section 7 is compared."""
    if isinstance(found, datetime):
        return isinstance(expected, str) and to_us(found) == to_us(_instant(expected))
    if key == "number":
        last, before = cast("tuple[int, int]", found)
        return expected == "n" or (expected == "n+1" and last == before + 1)
    if key in {"changed_by", "kind", "number_differs_from"}:
        return expected in found
    if key == "target_cc_includes":
        return set(expected) <= set(found)
    if key == "fields":
        return all(agrees(inner, found.get(inner), value) for inner, value in expected.items())
    if isinstance(expected, Mapping):
        return isinstance(found, Mapping) and all(
            inner in found and agrees(inner, found[inner], value) for inner, value in expected.items()
        )
    if key in {"allowed", "new_tags", "target_watchers", "copies", "notified", "missing", "tags"} or (
        key == "needs" and isinstance(expected, list)
    ):
        wanted = [expected] if isinstance(expected, str) else expected
        return sorted(map(str, found or ())) == sorted(map(str, wanted or ()))
    if key == "needs" and isinstance(found, list):
        return found == [expected]
    if key == "priority":
        return (None if found is None else str(found)) == (None if expected is None else str(expected))
    return bool(found == expected)


class Differences:
    """The answers of a case; prints what differed."""

    def __init__(self, answers: list[Answer]) -> None:
        self.answers = answers
        self.found: list[str] = []

    def agree(self, expect: Json) -> bool:
        """Whether every word that is expected is answered so."""
        steps = cast("list[Mapping[str, Any]]", expect)
        check_expected(steps)
        for place, (answer, expected) in enumerate(zip(self.answers, steps, strict=True)):
            for key, value in expected.items():
                if not agrees(key, answer.get(key), value):
                    held = answer.get(key, answer.get("refusal"))
                    self.found.append(f"step {place} {key}: expected {value!r}, found {held!r} {answer.get('refusal')}")
        return not self.found

    def __repr__(self) -> str:
        return "; ".join(self.found)


class LifecycleCases(Adapter):
    """One case plays one timeline under one table."""

    format = "lifecycle"

    def recognises(self, document: Json) -> bool:
        return (
            isinstance(document, list)
            and bool(document)
            and all(
                isinstance(case, dict) and {"id", "lifecycle", "timeline", "expect"} <= case.keys() for case in document
            )
        )

    def cases(self, document: Json) -> Iterable[tuple[str, Case, Json]]:
        for case in cast("list[dict[str, Json]]", document):
            asked = {"lifecycle": case["lifecycle"], "timeline": case["timeline"], **own_words(case, CASE)}
            yield str(case["id"]), asked, case["expect"]

    def answer(self, case: Case) -> Outcome:
        refuse_unread(case)
        play = Play(case)
        answers = Differences([play.take(step) for step in cast("list[Step]", case["timeline"])])
        return Outcome(answers, answers.agree)


ADAPTERS: Final = (LifecycleCases(),)
