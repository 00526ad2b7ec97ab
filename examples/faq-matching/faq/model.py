"""The model folder: an MLflow model that loads without unpickling anything.

`MLmodel` names this module as its loader, `code/` holds this package, `data/ranker/` the feature
space (numeric arrays), the booster (LightGBM's text format) and the originals (JSON).
"""

import json
import shutil
import tempfile
import warnings
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np

from faq.arrays import load_arrays, space_from_arrays
from faq.clean import clean
from faq.fault import BadInputError
from faq.features import NAMES, FeatureSpace
from faq.pairs import compare_all
from faq.ranker import probabilities, raw_scores
from faq.records import Question
from faq.terms import Floats

_DATA, _SPACE, _BOOSTER, _ABOUT = "ranker", "space.npz", "booster.txt", "about.json"
_REQUIREMENTS = ("mlflow", "lightgbm", "numpy", "scikit-learn", "scipy")


@dataclass(frozen=True, slots=True)
class Ranker:
    """Ranks the originals of an FAQ for a question. `ids` and `answer_ids` go with columns."""

    space: FeatureSpace
    booster: lightgbm.Booster
    temperature: float
    ids: tuple[int, ...]
    answer_ids: tuple[int, ...]

    def scores(self, texts: list[str]) -> Floats:
        """Probabilities, questions x originals, of texts that are clean already."""
        features = compare_all(self.space, texts)
        return probabilities(raw_scores(self.booster, features), self.temperature)

    def rank(self, question: str) -> list[tuple[int, int, float]]:
        """(Id, AnswerId, probability) of all originals, most probable first, for raw text."""
        row = self.scores([clean(question)])[0]
        order = np.argsort(-row, kind="stable")
        return [(self.ids[i], self.answer_ids[i], float(row[i])) for i in order]

    def predict(self, model_input: Any, params: dict[str, Any] | None = None) -> list[Any]:
        """MLflow's door. A table with a column `input`, {"input": text or texts}, or a list of
        such; returns one ranked list per question. `params` is accepted and unused."""
        del params
        return [[list(row) for row in self.rank(text)] for text in _questions(model_input)]


def save_model(
    folder: Path,
    *,
    space_file: Path,
    booster: lightgbm.Booster,
    temperature: float,
    originals: tuple[Question, ...],
) -> None:
    """Write the model folder, in place of what was there."""
    from mlflow.models import ModelSignature
    from mlflow.pyfunc import save_model as save_pyfunc
    from mlflow.types import ColSpec, Schema

    shutil.rmtree(folder, ignore_errors=True)
    about = {
        "features": NAMES,
        "temperature": temperature,
        "ids": [q.id for q in originals],
        "answer_ids": [q.answer_id for q in originals],
    }
    with tempfile.TemporaryDirectory(prefix="faq-model-") as beside:
        data = Path(beside) / _DATA
        data.mkdir()
        shutil.copyfile(space_file, data / _SPACE)
        booster.save_model(str(data / _BOOSTER))
        (data / _ABOUT).write_text(json.dumps(about), encoding="utf-8")
        # an input example would be predicted, and the whole model loaded, only to check it
        warnings.filterwarnings("ignore", message=".*An input example was not provided")
        save_pyfunc(
            path=str(folder),
            loader_module="faq.model",
            data_path=str(data),
            code_paths=[str(Path(__file__).parent)],
            # named here, because finding them out would load the model in another process
            pip_requirements=[f"{name}=={version(name)}" for name in _REQUIREMENTS],
            signature=ModelSignature(inputs=Schema([ColSpec("string", "input")])),
        )


def load_model(folder: Path) -> Ranker:
    """Read a model folder. Raises BadInputError where it is not one of this example."""
    try:
        return _load_pyfunc(str(folder / "data" / _DATA))
    except (OSError, KeyError, ValueError, lightgbm.basic.LightGBMError) as error:
        raise BadInputError(
            f"{folder} is not a model of this example ({error}); pass the outputs/model folder "
            "that train.py wrote"
        ) from None


def _load_pyfunc(path: str) -> Ranker:
    """What MLflow calls, with the `data/ranker` folder."""
    folder = Path(path)
    about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
    if tuple(about["features"]) != NAMES:
        raise ValueError("it was made by another version of the features")
    space = space_from_arrays(load_arrays(folder / _SPACE))
    booster = lightgbm.Booster(model_file=str(folder / _BOOSTER))
    ids, answers = tuple(about["ids"]), tuple(about["answer_ids"])
    return Ranker(space, booster, float(about["temperature"]), ids, answers)


def _questions(model_input: Any) -> list[str]:
    if isinstance(model_input, str):
        return [model_input]
    if isinstance(model_input, dict) or hasattr(model_input, "columns"):
        if "input" not in model_input:
            raise ValueError('the request has no "input"; send {"input": "<question>"}')
        found = model_input["input"]
        return [found] if isinstance(found, str) else [str(text) for text in found]
    return [text for part in model_input for text in _questions(part)]
