from __future__ import annotations

import os
from pathlib import Path

import pytest

from trimtab.compute.log_limit import shorten
from trimtab.compute.reason import failure, tail
from trimtab.ports import Exit

FAILED = Exit(1, None)
TRACEBACK = """Traceback (most recent call last):
  File "train.py", line 1, in <module>
    main()
"""


def reason(tmp_path: Path, text: str | bytes, ended: Exit = FAILED) -> list[str]:
    log = tmp_path / "std_log.txt"
    log.write_bytes(text if isinstance(text, bytes) else text.encode())
    *lines, last = failure(ended, log).splitlines()
    assert last == f"log: {log}"
    return lines


def test_the_last_traceback_counts(tmp_path: Path) -> None:
    first = f"{TRACEBACK}KeyError: 'a'\n\nDuring handling of the above exception:\n\n"
    lines = reason(tmp_path, f"epoch 1\n{first}{TRACEBACK}ValueError: loss is NaN\n")
    assert lines == [
        "exit code 1: ValueError: loss is NaN",
        *TRACEBACK.splitlines(),
        "ValueError: loss is NaN",
    ]


def test_a_traceback_at_the_very_start_counts(tmp_path: Path) -> None:
    assert reason(tmp_path, f"{TRACEBACK}E: x\n")[0] == "exit code 1: E: x"


def test_without_a_traceback_the_last_lines_count(tmp_path: Path) -> None:
    lines = reason(tmp_path, "".join(f"line {number}\n" for number in range(100)))
    assert lines == ["exit code 1", *(f"line {number}" for number in range(80, 100))]


def test_a_long_traceback_keeps_its_begin_and_end(tmp_path: Path) -> None:
    frames = "".join(f'  File "f.py", line {number}, in f\n' for number in range(100))
    lines = reason(tmp_path, f"{TRACEBACK}{frames}RecursionError: too deep\n")
    assert lines[0] == "exit code 1: RecursionError: too deep"
    assert lines[1:3] == ["Traceback (most recent call last):", "  ..."]
    assert lines[-1] == "RecursionError: too deep"
    assert len(lines) == 21


def test_the_text_is_bounded_and_printable(tmp_path: Path) -> None:
    text = b"\x1b[31mred\x1b[0m \x00\x07\xff\r50%\r100%\n" + b"y" * 100_000
    lines = reason(tmp_path, text)
    assert sum(map(len, lines)) < 5000
    assert all(line.isprintable() for line in lines)
    assert reason(tmp_path, b"\x1b[31mred\x1b[0m\r50%\n") == ["exit code 1", "red", "50%"]


@pytest.mark.parametrize(
    ("ended", "expected"),
    [
        (Exit(3, None), "exit code 3"),
        (Exit(126, None), "exit code 126: a command of the trial is not executable"),
        (Exit(127, None), "exit code 127: a command of the trial was not found on this machine"),
        (Exit(None, 9), "killed by SIGKILL (out of memory?)"),
        (Exit(None, 11), "killed by SIGSEGV (a crash in compiled code)"),
        (Exit(None, 40), "killed by signal 40"),
        (
            Exit(137, None),
            "exit code 137: a command of the trial was killed by SIGKILL (out of memory?)",
        ),
        (Exit(255, None), "exit code 255"),
    ],
)
def test_ends_are_named(tmp_path: Path, ended: Exit, expected: str) -> None:
    assert reason(tmp_path, "", ended) == [expected, "It printed nothing."]


def test_a_log_that_is_none_is_no_obstacle(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    for path in (tmp_path, tmp_path / "missing", tmp_path / "fifo"):
        assert tail(path) == ""
        assert "It printed nothing." in failure(FAILED, path)


def test_a_short_log_is_left_alone(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"x" * 1000)
    assert shorten(log, 1000) == 0
    assert log.read_bytes() == b"x" * 1000


def test_a_long_log_keeps_both_ends_and_says_so(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"a" * 600 + b"b" * 5000 + b"c" * 300)
    with log.open("ab") as writer:
        assert shorten(log, 1000) == 5900 - 500 - 250
        writer.write(b"d")
    text = log.read_text()
    assert (
        text
        == "a" * 500 + "\n[trimtab: 5150 bytes of this log were dropped here]\n" + "c" * 250 + "d"
    )


def test_what_is_no_regular_log_is_not_cut(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    assert shorten(tmp_path / "fifo", 0) == 0
    precious = tmp_path / "precious"
    precious.write_bytes(b"x" * 100)
    (tmp_path / "link").symlink_to(precious)
    with pytest.raises(OSError, match="symbolic links"):
        shorten(tmp_path / "link", 10)
    assert precious.stat().st_size == 100
