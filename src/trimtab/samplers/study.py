"""An Optuna study that is a view of a sweep's trials: rebuilt for each proposal, kept nowhere.

Optuna's own in-memory storage copies every trial deeply on the way in, which takes longer than the
proposal itself. This one holds the trials it is given, and the single one that is asked for.
"""

# ruff: noqa: ARG002  (the storage's signatures are Optuna's)

from __future__ import annotations

import copy
import warnings
from collections.abc import Container, Mapping, Sequence
from typing import Any, NoReturn

from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.exceptions import ExperimentalWarning
from optuna.samplers import BaseSampler, GPSampler, TPESampler
from optuna.storages import BaseStorage
from optuna.study import Study, StudyDirection
from optuna.trial import FrozenTrial, TrialState

from trimtab.errors import StoreError
from trimtab.space import Axis, Categories, Real, Whole

NAME = "sweep"


def distribution_of(axis: Axis) -> BaseDistribution:
    """Optuna's word for an axis."""
    match axis:
        case Categories(size):
            return CategoricalDistribution(range(size))
        case Whole(low, high, log):
            return IntDistribution(low, high, log=log)
        case Real(low, high, log):
            return FloatDistribution(low, high, log=log)


def _only(axis: Axis) -> int | float:
    """The one number of an axis of length 0."""
    return 0 if isinstance(axis, Categories) else axis.low


def frozen_trial(
    number: int,
    numbers: dict[str, int | float],
    axes: Mapping[str, Axis],
    value: float | None,
) -> FrozenTrial:
    """Trial ``number`` of a study: complete with its value, or running without one."""
    return FrozenTrial(
        number=number,
        state=TrialState.RUNNING if value is None else TrialState.COMPLETE,
        value=value,
        datetime_start=None,
        datetime_complete=None,
        params=numbers,
        distributions={path: distribution_of(axis) for path, axis in axes.items()},
        user_attrs={},
        system_attrs={},
        intermediate_values={},
        trial_id=number,
    )


class SweepStorage(BaseStorage):
    """The trials of a sweep, to be read, and the one that is asked for, to be filled in."""

    def __init__(self, trials: Sequence[FrozenTrial], asked: int, *, maximize: bool) -> None:
        self._asked = frozen_trial(asked, {}, {}, None)
        self._trials = [*trials, self._asked]
        self._direction = StudyDirection.MAXIMIZE if maximize else StudyDirection.MINIMIZE

    def get_study_id_from_name(self, study_name: str) -> int:
        return 0

    def get_study_name_from_id(self, study_id: int) -> str:
        return NAME

    def get_study_directions(self, study_id: int) -> list[StudyDirection]:
        return [self._direction]

    def get_study_user_attrs(self, study_id: int) -> dict[str, Any]:
        return {}

    def get_study_system_attrs(self, study_id: int) -> dict[str, Any]:
        return {}

    def get_all_trials(
        self,
        study_id: int,
        deepcopy: bool = True,
        states: Container[TrialState] | None = None,
    ) -> list[FrozenTrial]:
        found = [trial for trial in self._trials if states is None or trial.state in states]
        return copy.deepcopy(found) if deepcopy else found

    def get_trial(self, trial_id: int) -> FrozenTrial:
        return self._its(trial_id)

    def create_new_trial(self, study_id: int, template_trial: FrozenTrial | None = None) -> int:
        return self._asked.number

    def _its(self, trial_id: int) -> FrozenTrial:
        if trial_id != self._asked.number:
            raise _read_only()
        return self._asked

    def set_trial_param(
        self,
        trial_id: int,
        param_name: str,
        param_value_internal: float,
        distribution: BaseDistribution,
    ) -> None:
        trial = self._its(trial_id)
        trial.params[param_name] = distribution.to_external_repr(param_value_internal)
        trial.distributions[param_name] = distribution

    def set_trial_system_attr(self, trial_id: int, key: str, value: Any) -> None:
        self._its(trial_id).system_attrs[key] = value

    def set_trial_user_attr(self, trial_id: int, key: str, value: Any) -> None:
        self._its(trial_id).user_attrs[key] = value

    def set_trial_state_values(
        self, trial_id: int, state: TrialState, values: Sequence[float] | None = None
    ) -> NoReturn:
        raise _read_only()

    def set_trial_intermediate_value(
        self, trial_id: int, step: int, intermediate_value: float
    ) -> NoReturn:
        raise _read_only()

    def create_new_study(
        self, directions: Sequence[StudyDirection], study_name: str | None = None
    ) -> NoReturn:
        raise _read_only()

    def delete_study(self, study_id: int) -> NoReturn:
        raise _read_only()

    def set_study_user_attr(self, study_id: int, key: str, value: Any) -> NoReturn:
        raise _read_only()

    def set_study_system_attr(self, study_id: int, key: str, value: Any) -> NoReturn:
        raise _read_only()

    def get_all_studies(self) -> NoReturn:
        raise _read_only()


def _read_only() -> StoreError:
    return StoreError("A sampler may not change the trials of a sweep.")


def ask(
    engine: BaseSampler,
    others: Sequence[FrozenTrial],
    number: int,
    axes: Mapping[str, Axis],
    *,
    maximize: bool,
) -> dict[str, int | float]:
    """Numbers on axes that count together, for trial ``number``; drawn jointly.

    They are modelled on the trials that decided them too: those of the same branch.
    """
    alike = [trial for trial in others if axes.keys() <= trial.params.keys()]
    storage = SweepStorage(alike, number, maximize=maximize)
    distributions = {path: distribution_of(axis) for path, axis in axes.items()}
    undecided = {path: one for path, one in distributions.items() if not one.single()}
    study, trial = Study(NAME, storage, engine), storage.get_trial(number)
    drawn: dict[str, int | float] = engine.sample_relative(study, trial, undecided)
    return {path: drawn[path] if path in undecided else _only(axes[path]) for path in axes}


def make_engine(engine: str, seed: int) -> BaseSampler:
    """``tpe`` or ``gp``, which model from the first trial on."""
    if engine == "gp":
        return GPSampler(seed=seed, n_startup_trials=0)
    with warnings.catch_warnings():
        # Before Optuna 5 these settings were called experimental.
        warnings.simplefilter("ignore", ExperimentalWarning)
        return TPESampler(seed=seed, n_startup_trials=0, multivariate=True, constant_liar=True)
