"""The dialects of escalation.json: rosters are asked about instants, mechanisms run over a timeline."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, cast

from deskcore.errors import InvalidConfiguration, InvalidValue
from tests.conformance import oncall
from tests.conformance.escalation_dialects import DIALECTS
from tests.conformance.escalation_run import Run, agrees, asked, desk_of, is_polled
from tests.conformance.runner import Adapter, Case, Json, NotExpressible, Outcome


class Escalation(Adapter):
    """One case asks a roster, or runs one ticket's timeline under one mechanism."""

    format = "escalation"

    def recognises(self, document: Json) -> bool:
        return (
            isinstance(document, list)
            and bool(document)
            and all(
                isinstance(case, dict) and {"id", "kind", "config", "timeline", "expect"} <= case.keys()
                for case in document
            )
        )

    def cases(self, document: Json) -> Iterable[tuple[str, Case, Json]]:
        for case in cast("list[dict[str, Json]]", document):
            yield (
                str(case["id"]),
                {"kind": case["kind"], "config": case["config"], "timeline": case["timeline"]},
                case["expect"],
            )

    def answer(self, case: Case) -> Outcome:
        if case["kind"] == "rotation":
            return oncall.answer(case)
        config = cast("oncall.Row", case["config"])
        build = DIALECTS.get(str(config.get("dialect")))
        if build is None:
            raise NotExpressible(f"the dialect {config.get('dialect')!r}")
        timeline = case["timeline"]
        try:
            mechanism = build(config, timeline)
        except (InvalidValue, InvalidConfiguration) as error:
            return oncall.refused(error)
        polled = is_polled(config)
        desk = desk_of(mechanism, timeline, polled=polled)
        if not timeline:
            return Outcome(
                mechanism, lambda expect: all(asked(desk, mechanism, entry) for entry in oncall.rows(expect))
            )
        run = Run(desk, mechanism, polled, lambda edited: build(edited, timeline), config)
        run.play(timeline)
        return Outcome(run.records, lambda expect: all(agrees(run.records, entry) for entry in oncall.rows(expect)))


ADAPTERS: Final = (Escalation(),)
