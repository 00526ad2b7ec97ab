"""The prepared folder: `search/` for the sweep, `test/` apart so that no trial can see it.

`search/` holds originals.tsv, answers.tsv, train.tsv, tune.tsv; `test/` holds test.tsv. All are
UTF-8 with a header. `manifest.json` lies in both: source, seed, counts, sha256 of every file.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from faq.fault import BadInputError
from faq.records import Question
from faq.split import Split

_FORMAT = 1
_COLUMNS = ("Id", "AnswerId", "Text")


@dataclass(frozen=True, slots=True)
class SearchData:
    """What a trial may see. `digest` changes whenever any file does."""

    originals: tuple[Question, ...]
    answers: dict[int, str]
    train: tuple[Question, ...]
    tune: tuple[Question, ...]
    digest: str


def write_prepared(folder: Path, parts: Split, about: dict[str, Any]) -> dict[str, Any]:
    """Write the prepared folder; returns the manifest."""
    search, test = folder / "search", folder / "test"
    answers = [Question(key, key, text) for key, text in sorted(parts.answers.items())]
    files = {
        search / "originals.tsv": list(parts.originals),
        search / "answers.tsv": answers,
        search / "train.tsv": list(parts.train),
        search / "tune.tsv": list(parts.tune),
        test / "test.tsv": list(parts.test),
    }
    for path, questions in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_table(questions), encoding="utf-8", newline="\n")
    manifest = {
        "format": _FORMAT,
        **about,
        "counts": {path.stem: len(questions) for path, questions in files.items()},
        "sha256": {path.name: _sha256(path) for path in files},
    }
    text = json.dumps(manifest, indent=2, sort_keys=True) + "\n"
    for part in (search, test):
        (part / "manifest.json").write_text(text, encoding="utf-8", newline="\n")
    return manifest


def read_search(folder: Path) -> SearchData:
    """Read and verify the `search/` folder. Raises BadInputError."""
    manifest = _manifest(folder)
    tables = {
        name: _read(folder / f"{name}.tsv", manifest)
        for name in ("originals", "answers", "train", "tune")
    }
    digest = hashlib.sha256(
        "".join(manifest["sha256"][f"{name}.tsv"] for name in sorted(tables)).encode()
    ).hexdigest()
    answers = {row.id: row.text for row in tables["answers"]}
    return SearchData(tables["originals"], answers, tables["train"], tables["tune"], digest)


def read_test(folder: Path) -> tuple[Question, ...]:
    """Read and verify the `test/` folder. Raises BadInputError."""
    return _read(folder / "test.tsv", _manifest(folder))


def _table(questions: list[Question]) -> str:
    rows = ["\t".join(_COLUMNS)]
    rows += [f"{q.id}\t{q.answer_id}\t{' '.join(q.text.split())}" for q in questions]
    return "\n".join(rows) + "\n"


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / "manifest.json"
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise BadInputError(
            f"{folder} holds no readable manifest.json; make the folder with prepare.py and pass "
            "its search/ part as --data (its test/ part as --test)"
        ) from None
    except ValueError as error:
        raise BadInputError(f"{path} is not JSON ({error}); run prepare.py again") from None
    if not isinstance(manifest, dict) or manifest.get("format") != _FORMAT:
        raise BadInputError(f"{path} is not a manifest of format {_FORMAT}; run prepare.py again")
    return manifest


def _read(path: Path, manifest: dict[str, Any]) -> tuple[Question, ...]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadInputError(f"{path} cannot be read: {error.strerror or error}") from None
    if hashlib.sha256(raw).hexdigest() != manifest.get("sha256", {}).get(path.name):
        raise BadInputError(
            f"{path} is not the file that manifest.json describes; run prepare.py again"
        )
    lines = raw.decode("utf-8").split("\n")
    questions = []
    for line in lines[1:-1]:
        key, answer, text = line.split("\t", 2)
        questions.append(Question(int(key), int(answer), text))
    return tuple(questions)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
