"""Whether a command brings along more than the lifecycle's limits let a ticket hold, or a custom field's wrong value.

Looked at before anything else and together with it, so that a refusal names these reasons beside all others.

Layer: tickets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from deskcore.tickets import commands as do
from deskcore.tickets._words import FieldValue
from deskcore.tickets.facts import FIELD_PREFIX
from deskcore.tickets.lifecycle import Lifecycle
from deskcore.tickets.links import Link
from deskcore.tickets.refusal import Refusal, among, refusal
from deskcore.tickets.ticket import Ticket

# Which limit binds which text of which command. A text that no event keeps is not listed.
_TEXTS: Final[Mapping[type[do.Command], tuple[tuple[str, str], ...]]] = {
    do.Open: (
        ("ticket", "name"), ("subject", "subject"), ("kind", "name"), ("channel", "name"), ("priority", "name"),
        ("category", "name"), ("service", "name"), ("queue", "name"), ("team", "name"), ("desk", "name"),
        ("assignee", "name"),
    ),
    do.Post: (("message_id", "name"), ("channel", "name"), ("reason", "text"), ("code", "name"), ("follow_up", "name")),
    do.Move: (("reason", "text"), ("code", "name")),
    do.Hold: (("reason", "name"),),
    do.Resolve: (("code", "name"),),
    do.Cancel: (("why", "text"),),
    do.Assign: (("assignee", "name"), ("team", "name"), ("desk", "name")),
    do.Unassign: (("why", "text"),),
    do.Transfer: (("queue", "name"), ("team", "name"), ("desk", "name"), ("why", "text")),
    do.Classify: (("category", "name"), ("service", "name")),
    do.SetPriority: (("priority", "name"), ("reason", "text")),
    do.SetField: (("name", "name"),),
    do.AddTag: (("tag", "name"),),
    do.Act: (("to", "name"), ("code", "name")),
    do.SetSubject: (("subject", "subject"),),
    do.Watch: (("who", "name"),),
    do.AddLink: (("kind", "name"), ("other", "name")),
    do.ProposeSolution: (("text", "text"), ("code", "name")),
    do.RejectSolution: (("why", "text"),),
    do.LinkArticle: (("article", "name"),),
    do.Redact: (("message_id", "name"), ("why", "text")),
    do.EraseSubject: (("pseudonym", "name"),),
    do.Split: (("new", "name"), ("subject", "subject")),
    do.Copy: (("new", "name"),),
    do.FollowUp: (("new", "name"),),
}  # fmt: skip

# How many there would be of what a command adds to, and the limit that binds it.
_GROWN: Final[Mapping[type[do.Command], Callable[[Ticket, Any], Iterator[tuple[str, int]]]]] = {
    do.AddTag: lambda ticket, asked: iter((("tags", len(ticket.tags | {asked.tag})),)),
    do.SetField: lambda ticket, asked: iter((("fields", len({*ticket.fields, asked.name})),)),
    do.AddLink: lambda ticket, asked: iter((("links", len(ticket.links | {Link(asked.kind, asked.other)})),)),
    do.Watch: lambda ticket, asked: iter((("people", len(ticket.annex.watchers | {asked.who})),)),
    do.LinkArticle: lambda ticket, asked: iter((("articles", len(ticket.annex.articles | {asked.article})),)),
    do.Split: lambda _, asked: iter((("messages", len(asked.messages)),)),
    do.Merge: lambda _, asked: iter((("messages", len(asked.messages)),)),
    do.FollowUp: lambda _, asked: iter((("tags", len(asked.tags or ())),)),
}
_OPENED: Final = (("tags", "tags"), ("fields", "fields"), ("links", "links"), ("cc", "people"), ("watchers", "people"))
_NAMES: Final = ("skills", "tags", "cc", "watchers")


def too_much(lifecycle: Lifecycle, ticket: Ticket | None, command: do.Command) -> tuple[Refusal, ...]:
    """Every reason why what a command brings along does not fit. Cheap: a few lengths."""
    kind = type(command)
    texts = _TEXTS.get(kind)
    if texts is None and kind not in _GROWN:
        return ()
    return tuple(_refusals(lifecycle, ticket, command))


def _refusals(lifecycle: Lifecycle, ticket: Ticket | None, command: do.Command) -> Iterator[Refusal]:
    limits, kind = lifecycle.limits, type(command)
    for name, limit in _TEXTS.get(kind, ()):
        text = getattr(command, name)
        if text is not None and len(text) > (most := getattr(limits, limit)):
            yield _oversize(command, name, len(text), most, "characters")
    if isinstance(command, do.Open):
        yield from _opened(lifecycle, command)
    elif ticket is not None and kind in _GROWN:
        for name, count in _GROWN[kind](ticket, command):
            if count > (most := getattr(limits, name)):
                yield _oversize(command, name, count, most, name)
    if isinstance(command, do.SetField):
        yield from value_refusals(lifecycle, command, command.name, command.value)


def _opened(lifecycle: Lifecycle, command: do.Open) -> Iterator[Refusal]:
    limits = lifecycle.limits
    for name, limit in _OPENED:
        if (held := len(getattr(command, name))) > (most := getattr(limits, limit)):
            yield _oversize(command, name, held, most, name)
    for name in _NAMES:
        longest = max((len(word) for word in getattr(command, name)), default=0)
        if longest > limits.name:
            yield _oversize(command, name, longest, limits.name, "characters each")
    for field, value in command.fields.items():
        yield from value_refusals(lifecycle, command, field, value)


def value_refusals(lifecycle: Lifecycle, command: do.Command, name: str, value: FieldValue) -> Iterator[Refusal]:
    """Whether a custom field takes a value; a lifecycle that specifies no fields takes any of bounded size."""
    id_, verb = command.ticket, f"set {FIELD_PREFIX}{name} of"
    if isinstance(value, str) and len(value) > lifecycle.limits.text:
        yield _oversize(command, FIELD_PREFIX + name, len(value), lifecycle.limits.text, "characters")
    if not lifecycle.fields:
        return
    spec = lifecycle.field(name)
    if spec is None:
        held = f"lifecycle {lifecycle.name} has no field {name!r}"
        yield refusal("unknown_field", verb, id_, held, among(each.name for each in lifecycle.fields), field=name)
        return
    wanted = spec.wants(value)
    if wanted is not None:
        shown = repr(value) if len(repr(value)) <= _LONGEST_SHOWN else f"{repr(value)[:_LONGEST_SHOWN]}..."
        yield refusal("wrong_value", verb, id_, f"it does not take {shown}", wanted, field=name)
    if value is None and spec.required == "opening" and not isinstance(command, do.Open):
        yield refusal("cannot_unset", verb, id_, f"every ticket has a {name}", "another value", field=name)


_LONGEST_SHOWN: Final = 60


def _oversize(command: do.Command, name: str, held: int, most: int, unit: str) -> Refusal:
    shown = command.ticket if len(command.ticket) <= _LONGEST_SHOWN else f"{command.ticket[:_LONGEST_SHOWN]}..."
    said = f"{name} would have {held} {unit}"
    return refusal("oversize", command.TYPE, shown, said, f"at most {most}", field=name, most=str(most))
