"""No file whatever ends in anything but a sweep file or a sentence."""

from __future__ import annotations

import json
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.migration.samples import DOCUMENT, config
from trimtab.errors import InputError
from trimtab.migration import migrate

BEFORE = """
policy = BanditPolicy(slack_factor=0.1)
space = {"--lr": loguniform(-3, -1), "n": choice(1, 2), "d": choice({"a": 1, "b": uniform(0, 1)})}
src = ScriptRunConfig("src", "train.py", arguments=["--n", 3, data.as_mount()])
src.run_config.target = "pool"
"""
SOURCE = config(
    BEFORE,
    run_config="src",
    policy="policy",
    hyperparameter_sampling="RandomParameterSampling(space)",
)
WORDS = ["None", "[]", "{}", "x", "1", "-1", "'a'", "choice()", "(1, 2)", "*x", "**x", "x=1", ""]
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner)
)
many = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def survives(name: str, text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text(text, encoding="utf-8", errors="replace")
        with suppress(InputError):
            assert yaml.safe_load(migrate(path).text)["type"] == "sweep"


@pytest.mark.real
@many
@given(data=st.data())
def test_python_with_a_piece_replaced(data: st.DataObject) -> None:
    pieces = [piece for piece in SOURCE.replace("(", "(\n").split("\n") if piece.strip()]
    index = data.draw(st.integers(0, len(pieces) - 1))
    with_comma = data.draw(st.sampled_from(WORDS)) + ("," if pieces[index].endswith(",") else "")
    name, equals, _ = pieces[index].partition("=")
    pieces[index] = f"{name}={with_comma}" if equals and data.draw(st.booleans()) else with_comma
    survives("submit.py", "\n".join(pieces))


@pytest.mark.real
@many
@given(data=st.data())
def test_json_with_a_part_replaced(data: st.DataObject) -> None:
    document = json.loads(json.dumps(DOCUMENT))
    place = document
    while True:
        key = data.draw(st.sampled_from(sorted(place)))
        if not isinstance(place[key], dict) or not place[key] or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = data.draw(ANYTHING)
    survives("run.json", json.dumps(document))
