"""``early_termination``: the three policies."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import BeforeValidator, Tag

from trimtab.spec.fields import Integer, Number, Strict, snake, variant, word


def _interval(value: object) -> object:
    # 0, null and absent all mean 1: nobody can evaluate every zeroth report.
    return 1 if value is None or str(value) in ("0", "0.0") else value


def _delay(value: object) -> object:
    return 0 if value is None else value


def _slack(value: object) -> object:
    # Azure's client sends an absent slack as 0, so 0 cannot mean anything else.
    return None if value == 0 and not isinstance(value, bool) else value


Interval: TypeAlias = Annotated[Integer, BeforeValidator(_interval)]
Delay: TypeAlias = Annotated[Integer, BeforeValidator(_delay)]
Slack: TypeAlias = Annotated[Number | None, BeforeValidator(_slack)]


class Bandit(Strict):
    type: Annotated[Literal["bandit"], word("bandit", camel=True)]
    slack_factor: Slack = None
    slack_amount: Slack = None
    evaluation_interval: Interval = 1
    delay_evaluation: Delay = 0


class MedianStopping(Strict):
    type: Annotated[Literal["median_stopping"], word("median_stopping", camel=True)]
    evaluation_interval: Interval = 1
    delay_evaluation: Delay = 0


class TruncationSelection(Strict):
    type: Annotated[Literal["truncation_selection"], word("truncation_selection", camel=True)]
    truncation_percentage: Integer
    evaluation_interval: Interval = 1
    delay_evaluation: Delay = 0


Policy: TypeAlias = Annotated[
    Annotated[Bandit, Tag("<bandit>")]
    | Annotated[MedianStopping, Tag("<median_stopping>")]
    | Annotated[TruncationSelection, Tag("<truncation_selection>")],
    variant(("bandit", "median_stopping", "truncation_selection"), snake),
]
