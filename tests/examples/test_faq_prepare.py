import gzip
import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "examples" / "faq-matching"))

from faq.fault import BadInputError
from faq.folder import read_search, read_test, write_prepared
from faq.generate import generate
from faq.records import Faq, Question
from faq.split import Split, select, split
from faq.tsv import read_raw, write_raw

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "faq-matching"
STACKFAQ = EXAMPLE.parents[2] / "shared" / "data" / "stackfaq"


def small_faq(questions: int = 4, duplicates: int = 12) -> Faq:
    originals = tuple(Question(i, 900 + i, f"Original number {i}") for i in range(questions))
    copies = tuple(
        Question(100 * (i + 1) + d, 900 + i, f"Copy {d} of {i}")
        for i in range(questions)
        for d in range(duplicates)
    )
    return Faq(originals, copies, {900 + i: f"Answer {i}" for i in range(questions)})


def parts_of(found: Split) -> list[set[int]]:
    return [{q.id for q in part} for part in (found.train, found.tune, found.test)]


def prepare(*arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, str(EXAMPLE / "prepare.py"), *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )


@pytest.mark.parametrize("how", ["one", "tenth"])
def test_parts_are_disjoint_complete_and_hold_every_original(how: str) -> None:
    faq = small_faq(duplicates=25)
    found = split(faq, how=how, seed=3)
    train, tune, test = parts_of(found)
    assert len(train) + len(tune) + len(test) == len(train | tune | test)
    assert train | tune | test == {q.id for q in faq.duplicates}
    for part in (found.train, found.tune, found.test):
        assert {q.answer_id for q in part} == {q.answer_id for q in faq.originals}


def test_a_tenth_is_tested_and_a_tenth_of_the_rest_tuned() -> None:
    found = split(small_faq(questions=2, duplicates=40), how="tenth", seed=3)
    assert (len(found.test), len(found.tune), len(found.train)) == (8, 6, 66)


def test_one_seed_gives_one_split_whatever_the_order_of_the_rows() -> None:
    faq = small_faq()
    turned = Faq(faq.originals[::-1], faq.duplicates[::-1], faq.answers)
    assert parts_of(split(faq, how="one", seed=5)) == parts_of(split(turned, how="one", seed=5))
    assert parts_of(split(faq, how="one", seed=5)) != parts_of(split(faq, how="one", seed=6))


def test_select_drops_originals_among_duplicates_repeats_and_short_texts() -> None:
    faq = small_faq(questions=2, duplicates=4)
    extra = (
        Question(0, 901, "An original posing as a duplicate"),
        Question(100, 901, "A repeated id"),
        Question(501, 900, "COPY 0 of 0"),
        Question(502, 900, "original number 1"),
        Question(503, 900, "tiny"),
        Question(504, 999, "Its original is unknown to all"),
    )
    kept = select(Faq(faq.originals, faq.duplicates + extra, faq.answers), min_text=8, min_dupes=3)
    assert {q.id for q in kept.duplicates} == {q.id for q in faq.duplicates}


def test_select_wants_enough_duplicates_and_an_answer() -> None:
    faq = small_faq(questions=4, duplicates=6)
    few = tuple(q for q in faq.duplicates if q.answer_id != 900 or q.id < 103)
    answers = {key: text for key, text in faq.answers.items() if key != 901}
    kept = select(Faq(faq.originals, few, answers), min_text=0, min_dupes=5)
    assert {q.answer_id for q in kept.originals} == {902, 903}


def test_nothing_left_is_one_sentence() -> None:
    with pytest.raises(BadInputError, match=r"min_text 500.*0 of 4 questions.*lower --min_text"):
        select(small_faq(), min_text=500, min_dupes=3)


def test_the_search_part_of_the_folder_holds_no_test_question(tmp_path: Path) -> None:
    found = split(small_faq(), how="one", seed=1)
    manifest = write_prepared(tmp_path, found, {"seed": 1})
    assert {q.id for q in read_test(tmp_path / "test")} == {q.id for q in found.test}
    secrets = [q.text for q in found.test]
    for path in (tmp_path / "search").iterdir():
        assert not any(text in path.read_text(encoding="utf-8") for text in secrets)
    assert manifest["counts"] == {"originals": 4, "answers": 4, "train": 40, "tune": 4, "test": 4}


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    write_prepared(tmp_path, split(small_faq(), how="one", seed=1), {})
    path = tmp_path / "search" / "tune.tsv"
    path.write_text(path.read_text(encoding="utf-8") + "9\t900\tmore\n", encoding="utf-8")
    with pytest.raises(BadInputError, match="not the file that manifest"):
        read_search(tmp_path / "search")


def test_the_generator_repeats_itself_byte_for_byte(tmp_path: Path) -> None:
    for name, seed in (("a", 4), ("b", 4), ("c", 5)):
        write_raw(tmp_path / name, generate(seed=seed, questions=3))
    read = {name: (tmp_path / name / "dup-q.tsv.gz").read_bytes() for name in "abc"}
    assert read["a"] == read["b"] != read["c"]


def test_generated_data_survives_the_reference_filters_and_leaks_nothing() -> None:
    faq = generate(seed=2, questions=5)
    assert any("Possible Duplicate" in q.text for q in faq.duplicates)
    kept = select(faq, min_text=150, min_dupes=12)
    assert len(kept.originals) == 5
    assert not any("possible duplicate" in q.text for q in kept.duplicates)


def test_raw_files_come_back_as_written(tmp_path: Path) -> None:
    faq = generate(seed=2, questions=2)
    write_raw(tmp_path, faq)
    back = read_raw(tmp_path)
    assert [q.id for q in back.duplicates] == [q.id for q in faq.duplicates]
    assert back.answers.keys() == faq.answers.keys()


def damage(folder: Path, how: str) -> None:
    path = folder / "dup-q.tsv.gz"
    if how == "column":
        path.write_bytes(gzip.compress(b"1\t900\tfine\n2\t900\n"))
    elif how == "id":
        path.write_bytes(gzip.compress(b"Id\tAnswerId\tText0\n"))
    elif how == "encoding":
        path.write_bytes(gzip.compress("1\t900\tcafé\n".encode("latin1")))
    elif how == "truncated":
        path.write_bytes(path.read_bytes()[:-20])
    elif how == "plain":
        path.write_bytes(b"1\t900\tnot compressed\n")
    else:
        path.unlink()


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("column", r"dup-q\.tsv\.gz, line 2: found 2 tab-separated columns"),
        ("id", r"dup-q\.tsv\.gz, line 1: found 'Id' where a whole number"),
        ("encoding", r"dup-q\.tsv\.gz is not UTF-8 \(byte 0xe9\)"),
        ("truncated", r"dup-q\.tsv\.gz is not a complete gzip file"),
        ("plain", r"dup-q\.tsv\.gz is not a complete gzip file"),
        ("missing", r"dup-q\.tsv\.gz does not exist"),
    ],
)
def test_bad_raw_input_is_one_sentence(tmp_path: Path, how: str, says: str) -> None:
    write_raw(tmp_path, small_faq())
    damage(tmp_path, how)
    with pytest.raises(BadInputError, match=says) as caught:
        read_raw(tmp_path)
    assert "\n" not in str(caught.value)


@pytest.mark.real
def test_the_script_ends_with_code_2_and_no_traceback(tmp_path: Path) -> None:
    write_raw(tmp_path, small_faq())
    damage(tmp_path, "column")
    done = prepare("--source", "raw", "--path", ".", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("error: dup-q.tsv.gz, line 2")
    assert "Traceback" not in done.stderr


@pytest.mark.real
@pytest.mark.skipif(not STACKFAQ.is_dir(), reason="the shared StackFAQ data is absent")
def test_stackfaq_is_prepared_whole(tmp_path: Path) -> None:
    arguments = ["--min_text", "0", "--min_dupes", "3", "--split", "one", "--out", "out"]
    done = prepare("--source", "raw", "--path", str(STACKFAQ), *arguments, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "125 originals, 125 answers, 999 train, 125 tune, 125 test" in done.stdout
