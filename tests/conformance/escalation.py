"""The dialects of escalation.json: rosters are asked about instants, mechanisms run over a timeline."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, cast

from tests.conformance import oncall
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
        raise NotExpressible(f"no dialect {cast('dict[str, Json]', case['config']).get('dialect')!r} yet")


ADAPTERS: Final = (Escalation(),)
