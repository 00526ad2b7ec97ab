"""The first proposals of seed 0, written down.

A sweep that is resumed under a new release has to go on with the points of the old one. If one of
these values changes, that is broken: change the code back, or raise the format of facts.
"""

from __future__ import annotations

import pytest

from trimtab.samplers import RandomSampler, SobolSampler
from trimtab.space import Params, Space, Uniform
from trimtab.testing.samplers import EVERY_DISTRIBUTION, sweep_state

RANDOM: list[Params] = [
    {
        "choice": "dart",
        "randint": 21,
        "uniform": 0.27825105022452745,
        "quniform": 14,
        "loguniform": 0.0237861160327,
        "qloguniform": 5.0,
        "normal": 10.79481109,
        "qnormal": 10,
        "lognormal": 0.464634794366,
        "qlognormal": 31,
        "nested": {"kind": "b", "inner": 1},
    },
    {
        "choice": 0.5,
        "randint": 54,
        "uniform": 0.1696518983769737,
        "quniform": 28,
        "loguniform": 0.182152917195,
        "qloguniform": 129.5,
        "normal": 11.3429640897,
        "qnormal": 12,
        "lognormal": 1.0540925312,
        "qlognormal": 3,
        "nested": {"kind": "b", "inner": {"n": 4}},
    },
    {
        "choice": "gbdt",
        "randint": 74,
        "uniform": 0.1343862916402558,
        "quniform": 28,
        "loguniform": 0.224078615325,
        "qloguniform": 2.0,
        "normal": 8.74421544435,
        "qnormal": 14,
        "lognormal": 2.08792962581,
        "qlognormal": 3,
        "nested": {"kind": "a", "rate": 0.029142824788629618},
    },
    {
        "choice": "dart",
        "randint": 87,
        "uniform": 0.5306212830386172,
        "quniform": 14,
        "loguniform": 0.0638601534309,
        "qloguniform": 1.5,
        "normal": 6.6852383685,
        "qnormal": 10,
        "lognormal": 0.469894520436,
        "qlognormal": 4,
        "nested": {"kind": "a", "rate": 0.46409459743112325},
    },
    {
        "choice": 0.5,
        "randint": 86,
        "uniform": 0.7153780139212689,
        "quniform": 21,
        "loguniform": 0.130443913795,
        "qloguniform": 13.5,
        "normal": 5.54503492626,
        "qnormal": 6,
        "lognormal": 0.183847177576,
        "qlognormal": 17,
        "nested": {"kind": "b", "inner": 1},
    },
]

SOBOL = {
    0: (0.7186687616631389, 0.8546818662434816, 0.030891607515513897),
    1: (0.06986594200134277, 0.4873956348747015, 0.7886317949742079),
    2: (0.251567873172462, 0.5727301174774766, 0.39126367773860693),
    3: (0.9003725945949554, 0.20544311124831438, 0.6645907107740641),
    4: (0.8516840888187289, 0.6628433158621192, 0.8836357733234763),
    1000: (0.5988380424678326, 0.762624179944396, 0.8111089142039418),
}


@pytest.mark.parametrize("index", range(5))
def test_random(index: int) -> None:
    params = RandomSampler(0).propose(index, sweep_state(EVERY_DISTRIBUTION))
    assert repr(params) == repr(RANDOM[index])


@pytest.mark.real  # scipy takes a second to import
@pytest.mark.parametrize("index", SOBOL)
def test_sobol(index: int) -> None:
    space = Space.of({name: Uniform(0, 1) for name in "abc"})
    params = SobolSampler(0).propose(index, sweep_state(space))
    assert tuple((params or {}).values()) == SOBOL[index]
