"""The ``trimtab.*`` keys."""

from __future__ import annotations

import pytest

from trimtab.spec.properties import PREFIX, TABLE, settings


def test_settings_parse_their_texts_and_leave_others_alone() -> None:
    given = {"trimtab.max_failures": "3", "trimtab.seed": "-7", "other.key": "x", "none": None}
    assert settings(given) == {"trimtab.max_failures": 3, "trimtab.seed": -7}
    assert settings({}) == {}


@pytest.mark.parametrize(
    ("name", "text"),
    [("trimtab.max_failures", "-1"), ("trimtab.max_failures", "x"), ("trimtab.seed", "1.5")],
)
def test_bad_texts_say_what_is_allowed(name: str, text: str) -> None:
    with pytest.raises(ValueError, match="a whole number"):
        settings({name: text})


def test_a_sampler_is_one_of_a_few_words() -> None:
    assert settings({"trimtab.sampler": " TPE"}) == {"trimtab.sampler": "tpe"}
    with pytest.raises(ValueError, match="one of auto, tpe, gp, cmaes, qmc"):
        settings({"trimtab.sampler": "bayesian"})


def test_unknown_names_are_refused() -> None:
    with pytest.raises(KeyError):
        settings({"trimtab.speed": "3"})


def test_the_table_is_keyed_by_name_and_explains_each() -> None:
    assert all(name == entry.name and name.startswith(PREFIX) for name, entry in TABLE.items())
    assert all(entry.doc.endswith(".") for entry in TABLE.values())
