"""The raw format of the FAQ scenario: three tab-separated gzip files without a header.

`orig-q.tsv.gz` and `dup-q.tsv.gz` hold Id, AnswerId, Text0, CreationDate; `ans.tsv.gz` holds
Id, Text0. UTF-8 throughout.
"""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path

from faq.fault import BadInputError
from faq.records import Faq, Question

ORIGINALS, DUPLICATES, ANSWERS = "orig-q.tsv.gz", "dup-q.tsv.gz", "ans.tsv.gz"
_QUESTION_COLUMNS = "Id, AnswerId, Text0 (and optionally CreationDate)"
_ANSWER_COLUMNS = "Id, Text0"


def read_raw(folder: Path) -> Faq:
    """Read the three raw files. Raises BadInputError naming the file and line at fault."""
    answers = {
        _number(row[0], place): row[1]
        for row, place in _rows(folder / ANSWERS, least=2, columns=_ANSWER_COLUMNS)
    }
    return Faq(_questions(folder / ORIGINALS), _questions(folder / DUPLICATES), answers)


def write_raw(folder: Path, faq: Faq) -> None:
    """Write the three raw files, byte for byte the same for the same FAQ."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, questions in ((ORIGINALS, faq.originals), (DUPLICATES, faq.duplicates)):
        _write(folder / name, [(str(q.id), str(q.answer_id), q.text, "") for q in questions])
    _write(folder / ANSWERS, [(str(key), text) for key, text in faq.answers.items()])


def _questions(path: Path) -> tuple[Question, ...]:
    rows = _rows(path, least=3, columns=_QUESTION_COLUMNS)
    return tuple(
        Question(_number(row[0], place), _number(row[1], place), row[2]) for row, place in rows
    )


def _rows(path: Path, *, least: int, columns: str) -> Iterator[tuple[list[str], str]]:
    for number, line in enumerate(_lines(path), start=1):
        row = line.rstrip("\r\n").split("\t")
        place = f"{path.name}, line {number}"
        if len(row) < least:
            raise BadInputError(
                f"{place}: found {len(row)} tab-separated columns, needs {columns}; "
                "check that the file is tab-separated and has no header"
            )
        yield row, place


def _lines(path: Path) -> Iterator[str]:
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="\n") as stream:
            yield from stream
    except FileNotFoundError:
        raise BadInputError(
            f"{path} does not exist; the raw format needs {ORIGINALS}, {DUPLICATES} and "
            f"{ANSWERS} in one folder"
        ) from None
    except UnicodeDecodeError as error:
        raise BadInputError(
            f"{path.name} is not UTF-8 (byte {error.object[error.start]:#04x}); convert it to UTF-8"
        ) from None
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise BadInputError(
            f"{path.name} is not a complete gzip file ({error}); fetch it again or compress it "
            "with gzip"
        ) from None
    except OSError as error:
        raise BadInputError(f"{path} cannot be read: {error.strerror or error}") from None


def _number(cell: str, place: str) -> int:
    try:
        return int(cell)
    except ValueError:
        raise BadInputError(
            f"{place}: found {cell[:40]!r} where a whole number (an id) belongs; "
            "check the order of the columns, and that there is no header"
        ) from None


def _write(path: Path, rows: list[tuple[str, ...]]) -> None:
    flat = ["\t".join(" ".join(cell.split()) for cell in row) + "\n" for row in rows]
    # mtime=0: the digest of a generated file depends on its content only
    with path.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as stream:
        stream.write("".join(flat).encode("utf-8"))
