import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "examples" / "faq-matching"))

from faq.cache import cached_pairs, default_cache
from faq.fault import BadInputError
from faq.folder import SearchData, read_search, read_test, write_prepared
from faq.generate import generate
from faq.pairs import MOST_PAIRS, make_pairs
from faq.split import select, split

# importing LightGBM and MLflow, and starting scripts, takes seconds
pytestmark = pytest.mark.real

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "faq-matching"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prepared")
    faq = select(generate(seed=3, questions=6), min_text=150, min_dupes=12)
    write_prepared(folder, split(faq, how="tenth", seed=3), {"seed": 3})
    return folder


@pytest.fixture(scope="module")
def data(prepared: Path) -> SearchData:
    return read_search(prepared / "search")


def script(name: str, *arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "FAQ_CACHE_DIR": str(cwd / "cache")}
    environment.pop("MLFLOW_TRACKING_URI", None)
    return subprocess.run(
        [sys.executable, str(EXAMPLE / name), *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        env=environment,
    )


def test_the_second_trial_finds_what_the_first_computed(data: SearchData, tmp_path: Path) -> None:
    first, space_file = cached_pairs(data, ngrams=1, cache=tmp_path)
    written = space_file.stat().st_mtime_ns
    second, same_file = cached_pairs(data, ngrams=1, cache=tmp_path)
    assert same_file == space_file
    assert same_file.stat().st_mtime_ns == written
    np.testing.assert_array_equal(first.train, second.train)
    _, other = cached_pairs(data, ngrams=2, cache=tmp_path)
    assert other != space_file


def test_a_damaged_cache_is_made_again(data: SearchData, tmp_path: Path) -> None:
    _, space_file = cached_pairs(data, ngrams=1, cache=tmp_path)
    pairs_file = space_file.with_name("pairs.npz")
    pairs_file.write_bytes(pairs_file.read_bytes()[:1000])
    again, _ = cached_pairs(data, ngrams=1, cache=tmp_path)
    assert len(again.train) == len(data.train)
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == [
        space_file.parent.name
    ]


def test_a_cache_that_cannot_be_written_costs_only_time(data: SearchData, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    pairs, space_file = cached_pairs(data, ngrams=1, cache=in_the_way / "cache")
    assert space_file.is_file()
    assert len(pairs.tune) == len(data.tune)


def test_two_trials_at_once_leave_one_whole_cache(prepared: Path, tmp_path: Path) -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(EXAMPLE)!r})\n"
        "from pathlib import Path\n"
        "from faq.cache import cached_pairs\n"
        "from faq.folder import read_search\n"
        "data = read_search(Path(sys.argv[1]))\n"
        "print(cached_pairs(data, ngrams=1, cache=Path(sys.argv[2]))[0].train.sum())\n"
    )
    command = [sys.executable, "-c", code, str(prepared / "search"), str(tmp_path / "cache")]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    printed = [process.communicate()[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert printed[0] == printed[1] != ""
    assert len([path for path in (tmp_path / "cache").iterdir() if path.is_dir()]) == 1


def test_the_cache_folder_follows_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAQ_CACHE_DIR", "/some/where")
    assert default_cache() == Path("/some/where")
    monkeypatch.delenv("FAQ_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", "/base")
    assert default_cache() == Path("/base/faq-matching")


def test_pairs_have_the_promised_shapes(data: SearchData) -> None:
    _, pairs = make_pairs(data, ngrams=1)
    n_originals = len(data.originals)
    assert pairs.train.shape[:2] == (len(data.train), min(MOST_PAIRS, n_originals))
    assert pairs.tune.shape[:2] == (len(data.tune), n_originals)
    assert np.isfinite(pairs.train).all()


def test_reports_come_in_equal_steps_and_never_none() -> None:
    from faq.ranker import report_steps

    assert report_steps(300, 10) == [30, 60, 90, 120, 150, 180, 210, 240, 270, 300]
    assert report_steps(3, 10) == [1, 2, 3]
    assert report_steps(25, 10)[-1] == 25


def test_training_is_repeatable_and_reports_what_the_model_scores(data: SearchData) -> None:
    from faq.metrics import gains
    from faq.ranker import Settings, fit_ranker, raw_scores

    _, pairs = make_pairs(data, ngrams=1)
    settings = Settings(n_estimators=20, min_child_samples=5, match=6)
    seen: list[tuple[int, dict[str, float]]] = []
    booster, temperature = fit_ranker(
        pairs, settings, reports=4, report=lambda step, found: seen.append((step, found))
    )
    assert [step for step, _ in seen] == [5, 10, 15, 20]
    assert seen[-1][1] == pytest.approx(gains(raw_scores(booster, pairs.tune), pairs.tune_truth))
    again, same = fit_ranker(pairs, settings, reports=1, report=lambda *_: None)
    np.testing.assert_array_equal(raw_scores(again, pairs.tune), raw_scores(booster, pairs.tune))
    assert same == pytest.approx(temperature)


def test_the_temperature_undoes_overconfidence() -> None:
    from faq.metrics import calibration_error, top_case
    from faq.ranker import fit_temperature, probabilities

    rng = np.random.default_rng(0)
    honest = rng.normal(size=(4000, 5)).astype(np.float32) * 2
    shares = probabilities(honest, 1.0)
    truth = np.array([rng.choice(5, p=row / row.sum()) for row in shares.astype(np.float64)])
    loud = honest * 6
    temperature = fit_temperature(loud, truth)
    assert temperature == pytest.approx(6, rel=0.1)
    assert calibration_error(*top_case(probabilities(loud, 1.0), truth)) > 0.15
    assert calibration_error(*top_case(probabilities(loud, temperature), truth)) < 0.03


def test_train_evaluate_and_load_with_mlflow(prepared: Path, tmp_path: Path) -> None:
    trained = script(
        "train.py", "--data", str(prepared / "search"), "--n_estimators", "30", cwd=tmp_path
    )
    assert trained.returncode == 0, trained.stderr
    assert trained.stdout.count("gain_at_1=") == 10
    evaluated = script("evaluate.py", "--test", str(prepared / "test"), cwd=tmp_path)
    assert evaluated.returncode == 0, evaluated.stderr
    written = json.loads((tmp_path / "outputs" / "evaluation.json").read_text())
    assert written["questions"] == len(read_test(prepared / "test"))
    assert written["metrics"]["gain_at_1"] > 0.5
    assert not any(path.suffix in {".pkl", ".joblib"} for path in tmp_path.rglob("*"))

    code = (
        "import json, sys, mlflow.pyfunc\n"
        "model = mlflow.pyfunc.load_model(sys.argv[1])\n"
        "print(json.dumps(model.predict({'input': sys.argv[2]})))\n"
    )
    question = read_test(prepared / "test")[0]
    served = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "outputs" / "model"), question.text],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert served.returncode == 0, served.stderr
    (ranked,) = json.loads(served.stdout.splitlines()[-1])
    assert len(ranked) == written["originals"]
    chances = [chance for _, _, chance in ranked]
    assert chances == sorted(chances, reverse=True)
    assert sum(chances) == pytest.approx(1, abs=1e-5)


def test_train_refuses_in_one_sentence(tmp_path: Path) -> None:
    done = script("train.py", "--data", str(tmp_path), "--match", "41", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == "error: --match is 41; allowed is 2 to 40"
    assert "Traceback" not in done.stderr


def test_a_folder_without_a_manifest_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"no readable manifest\.json; make the folder with"):
        read_search(tmp_path)


def test_a_folder_that_is_no_model_is_one_sentence(tmp_path: Path) -> None:
    from faq.model import load_model

    with pytest.raises(BadInputError, match=r"is not a model of this example"):
        load_model(tmp_path)
