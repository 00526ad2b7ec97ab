import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "examples" / "faq-matching"))

from faq.clean import clean


def test_tags_code_blocks_and_address_links_go_and_words_stay() -> None:
    raw = (
        "How to Sort?<p>I use <code>sort()</code> on <b>lists</b>, see "
        '<a href="https://x.org/a">https://x.org/a</a> and '
        '<a href="https://x.org">the docs</a>.</p>'
        "<pre><code>secret = code()</code></pre><p>Thanks</p>"
    )
    assert clean(raw) == "how to sort? i use sort() on lists, see and the docs. thanks"


def test_entities_are_characters_and_case_folds() -> None:
    assert clean("A &lt; B &amp; C&#39;s") == "a < b & c's"


@pytest.mark.parametrize(
    "notice",
    [
        "<blockquote><p><strong>Possible Duplicate:</strong><br>"
        "<a href='/q/1'>Golden title here</a></p></blockquote>",
        "<p>Possible duplicate of: <a href='/q/1'>Golden title here</a></p>",
        "<p><strong>Possible Duplicates:</strong></p><p><a href='/q/1'>Golden title here</a></p>",
        "<div>This question already has answers here:</div><ul><li>Golden title here</li></ul>",
        "<aside><p>This question already has an answer here:</p><p>Golden title here</p></aside>",
        "<p>Marked as duplicate of <a href='/q/1'>Golden title here</a></p>",
    ],
)
def test_no_notice_names_the_original(notice: str) -> None:
    cleaned = clean(f"My loop fails {notice}<p>What should I try next?</p>")
    assert cleaned == "my loop fails what should i try next?"


def test_a_notice_in_plain_text_goes_without_the_rest() -> None:
    raw = "My loop fails. Possible duplicate: Golden title here? What should I try next?"
    assert clean(raw) == "my loop fails. what should i try next?"


def test_a_title_loses_its_duplicate_mark() -> None:
    assert clean("Sort a list [duplicate]") == "sort a list"


def test_unclosed_markup_keeps_its_text() -> None:
    assert clean("<p>one <a href='x'>two <b>three") == "one two three"


def test_the_word_duplicate_alone_is_content() -> None:
    assert clean("Remove duplicate items") == "remove duplicate items"
