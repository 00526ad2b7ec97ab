"""A feature space as named arrays, so that it can be stored without pickle, and back."""

from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from faq.features import FeatureSpace
from faq.kernel import KernelModel
from faq.terms import Analyzer, Terms
from faq.views import View

Arrays = dict[str, np.ndarray[Any, Any]]
_SPARSE = ("bm25", "answer_word", "answer_char", "answer_bm25", "used_words")


def space_to_arrays(space: FeatureSpace) -> Arrays:
    """Every array has a numeric dtype, so the file loads with allow_pickle=False."""
    arrays: Arrays = {"owners": space.owners, **_terms(space.tokens, "tokens")}
    for name in _SPARSE:
        arrays |= _matrix(getattr(space, name), name)
    for name, view in (("text", space.text), ("head", space.head)):
        arrays |= _terms(view.words, f"{name}.words") | _terms(view.chars, f"{name}.chars")
        arrays |= _matrix(view.word, f"{name}.word") | _matrix(view.char, f"{name}.char")
        arrays[f"{name}.landmarks"] = view.kernel.landmarks
        arrays[f"{name}.scores"] = np.stack(view.kernel.scores)
    return arrays


def space_from_arrays(arrays: Arrays) -> FeatureSpace:
    """The inverse of space_to_arrays."""
    return FeatureSpace(
        text=_view(arrays, "text"),
        head=_view(arrays, "head"),
        tokens=_terms_from(arrays, "tokens"),
        owners=arrays["owners"],
        **{name: _matrix_from(arrays, name) for name in _SPARSE},
    )


def save_arrays(path: Path, arrays: Arrays) -> None:
    with path.open("wb") as stream:
        np.savez(stream, **arrays)  # type: ignore[arg-type]  # stubs take ** for allow_pickle


def load_arrays(path: Path) -> Arrays:
    """Refuses pickled objects, so a stored file cannot run code."""
    with path.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}


def _terms(terms: Terms, name: str) -> Arrays:
    analyzer = terms.analyzer
    units = {"word": 0, "char_wb": 1}
    about = np.array([units[analyzer.unit], analyzer.low, analyzer.high, terms.n_texts])
    return {
        f"{name}.about": about,
        f"{name}.columns": terms.columns,
        f"{name}.frequency": terms.frequency,
    }


def _terms_from(arrays: Arrays, name: str) -> Terms:
    unit, low, high, n_texts = (int(value) for value in arrays[f"{name}.about"])
    analyzer = Analyzer(("word", "char_wb")[unit], low, high)
    return Terms(analyzer, arrays[f"{name}.columns"], arrays[f"{name}.frequency"], n_texts)


def _matrix(matrix: sparse.csr_matrix, name: str) -> Arrays:
    return {
        f"{name}.data": matrix.data.astype(np.float32),
        f"{name}.indices": matrix.indices,
        f"{name}.indptr": matrix.indptr,
        f"{name}.shape": np.array(matrix.shape),
    }


def _matrix_from(arrays: Arrays, name: str) -> sparse.csr_matrix:
    parts = arrays[f"{name}.data"], arrays[f"{name}.indices"], arrays[f"{name}.indptr"]
    return sparse.csr_matrix(parts, shape=tuple(arrays[f"{name}.shape"]))


def _view(arrays: Arrays, name: str) -> View:
    return View(
        _terms_from(arrays, f"{name}.words"),
        _terms_from(arrays, f"{name}.chars"),
        _matrix_from(arrays, f"{name}.word"),
        _matrix_from(arrays, f"{name}.char"),
        KernelModel(arrays[f"{name}.landmarks"], tuple(arrays[f"{name}.scores"])),
    )
