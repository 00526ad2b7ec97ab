from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from trimtab import wire
from trimtab.tracking.wire_lines import messages_of, texts_of

NAMES = st.text(min_size=1, max_size=wire.MAX_NAME)


@settings(max_examples=30)
@given(st.lists(st.tuples(NAMES, st.floats(allow_nan=False), st.integers(0, 3)), max_size=60))
def test_every_value_is_sent_once_in_order_and_each_message_fits(
    metrics: list[tuple[str, float, int]],
) -> None:
    sent = []
    for message in messages_of(metrics):
        wire.encode(message)
        sent += [(name, value, message.step) for name, value in message.metrics.items()]
    assert sent == metrics


def test_a_batch_of_one_step_is_one_line() -> None:
    assert len(list(messages_of((f"m{n}", 1.0, 4) for n in range(50)))) == 1


def test_texts_share_a_line_if_it_holds_them() -> None:
    assert list(texts_of({"a": "1"}, {"b": "2"})) == [
        wire.Message(params={"a": "1"}, tags={"b": "2"})
    ]
    assert list(texts_of({}, {})) == []


def test_a_text_too_long_for_a_line_is_given_back() -> None:
    long = "v" * wire.MAX_LINE
    assert list(texts_of({"a": "1", "long": long}, {"b": "2"})) == [
        wire.Message(params={"a": "1"}),
        ("param", "long", long),
        wire.Message(tags={"b": "2"}),
    ]
