import gzip
import sys
import tracemalloc
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "examples" / "faq-matching"))

from faq.dump import read_dump, tags_of
from faq.fault import BadInputError
from faq.records import Faq

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "faq-matching"
SHARED = EXAMPLE.parents[2] / "shared" / "data" / "quantumcomputing-se-2018"


def row(**attributes: object) -> str:
    return "<row " + " ".join(f"{k}={quoteattr(str(v))}" for k, v in attributes.items()) + " />"


def question(key: int, tags: str = "|js|", **more: object) -> str:
    return row(Id=key, PostTypeId=1, Title=f"T{key}", Body=f"<p>B{key}</p>", Tags=tags, **more)


def answer(key: int, parent: int, score: int = 0) -> str:
    return row(Id=key, PostTypeId=2, ParentId=parent, Body=f"A{key}", Score=score)


def link(duplicate: int, original: int, kind: int = 3) -> str:
    return row(Id=duplicate, PostId=duplicate, RelatedPostId=original, LinkTypeId=kind)


def write(folder: Path, posts: list[str], links: list[str], *, packed: bool = False) -> Path:
    for name, rows in (("Posts", posts), ("PostLinks", links)):
        text = f'<?xml version="1.0" encoding="utf-8"?>\n<x>\n{chr(10).join(rows)}\n</x>'
        if packed:
            (folder / f"{name}.xml.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
        else:
            (folder / f"{name}.xml").write_text(text, encoding="utf-8")
    return folder


def duplicates_of(faq: Faq) -> dict[int, int]:
    return {q.id: q.answer_id for q in faq.duplicates}


@pytest.mark.parametrize("packed", [False, True])
def test_links_questions_and_accepted_answers_are_joined(tmp_path: Path, packed: bool) -> None:
    posts = [
        question(1, AcceptedAnswerId=11),
        question(2),
        question(3),
        answer(10, 1, score=99),
        answer(11, 1, score=1),
    ]
    faq = read_dump(
        write(tmp_path, posts, [link(2, 1), link(3, 1, kind=1)], packed=packed), tag=None
    )
    assert [(q.id, q.answer_id, q.text) for q in faq.originals] == [(1, 11, "T1 <p>B1</p>")]
    assert duplicates_of(faq) == {2: 11}
    assert faq.answers == {11: "A11"}


def test_without_an_accepted_answer_the_best_scored_one_counts(tmp_path: Path) -> None:
    posts = [question(1), question(2), answer(10, 1, 3), answer(11, 1, 5), answer(12, 1, 5)]
    assert read_dump(write(tmp_path, posts, [link(2, 1)]), tag=None).answers == {11: "A11"}


def test_an_answer_before_its_question_is_found(tmp_path: Path) -> None:
    posts = [answer(11, 1), question(2), question(1, AcceptedAnswerId=11)]
    faq = read_dump(write(tmp_path, posts, [link(2, 1)]), tag=None)
    assert faq.answers == {11: "A11"}
    assert duplicates_of(faq) == {2: 11}


def test_the_tag_filters_originals_and_duplicates(tmp_path: Path) -> None:
    posts = [
        question(1),
        question(2, tags="<css><js>"),
        question(3, tags="|jsx|"),
        question(4, tags="|css|"),
        question(5),
        answer(10, 1),
        answer(11, 4),
    ]
    links = [link(2, 1), link(3, 1), link(5, 4)]
    faq = read_dump(write(tmp_path, posts, links), tag="js")
    assert [q.id for q in faq.originals] == [1]
    assert duplicates_of(faq) == {2: 10}


def test_a_duplicate_that_is_an_original_is_dropped(tmp_path: Path) -> None:
    posts = [question(1), question(2), question(3), answer(10, 1), answer(11, 2)]
    faq = read_dump(write(tmp_path, posts, [link(2, 1), link(3, 2)]), tag=None)
    assert duplicates_of(faq) == {3: 11}


def test_tags_of_both_generations() -> None:
    assert tags_of("<c#><.net>") == ["c#", ".net"]
    assert tags_of("|c#|.net|") == ["c#", ".net"]


@pytest.mark.real
def test_memory_stays_the_same_while_the_dump_grows(tmp_path: Path) -> None:
    def peak(n_posts: int) -> int:
        folder = tmp_path / str(n_posts)
        folder.mkdir()
        filler = [question(100 + i) + answer(100_000 + i, 100 + i) for i in range(n_posts)]
        write(folder, [question(1), question(2), *filler, answer(10, 1)], [link(2, 1)])
        del filler
        tracemalloc.start()
        assert duplicates_of(read_dump(folder, tag="js")) == {2: 10}
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    small, large = peak(3_000), peak(12_000)
    assert large < small * 1.2


BOMB = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (BOMB.encode(), "declares a document type or an entity"),
        (b"<x><row Id='1'", "not well-formed"),
        (b"<x><row PostId='\xe9'/></x>", "not well-formed UTF-8"),
        (b"7z\xbc\xaf\x27\x1crest", r"7z archive; unpack it first: 7z x PostLinks\.xml"),
        (gzip.compress(b"<x></x>", mtime=0)[:-6], "not a complete gzip file"),
        (
            b"<x><row LinkTypeId='3' PostId='one' RelatedPostId='2'/></x>",
            "no whole number as PostId",
        ),
        (b"<x></x>", "has no duplicate link"),
    ],
)
def test_bad_dumps_are_one_sentence(tmp_path: Path, content: bytes, says: str) -> None:
    write(tmp_path, [question(1)], [link(2, 1)])
    (tmp_path / "PostLinks.xml").write_bytes(content)
    with pytest.raises(BadInputError, match=says) as caught:
        read_dump(tmp_path, tag=None)
    assert "\n" not in str(caught.value)


def test_a_missing_file_says_what_a_dump_is(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"PostLinks\.xml does not exist.*Posts\.xml"):
        read_dump(tmp_path, tag=None)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared Stack Exchange dump is absent")
def test_a_real_dump_gives_its_duplicates() -> None:
    faq = read_dump(SHARED, tag=None)
    assert (len(faq.originals), len(faq.duplicates), len(faq.answers)) == (11, 10, 11)
    assert all(q.answer_id in faq.answers for q in faq.originals + faq.duplicates)
