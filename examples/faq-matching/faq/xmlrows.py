"""Stream the rows of a Stack Exchange dump file: one `<row .../>` at a time, nothing kept.

The parser builds no tree, so memory does not grow with the file. A document type or an entity
declaration is refused (dumps have none; they are how XML attacks are written).
"""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

from faq.fault import BadInputError

_CHUNK_BYTES = 1 << 18
_SEVEN_ZIP = b"7z\xbc\xaf\x27\x1c"
_GZIP = b"\x1f\x8b"


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The attributes of every `row` element, in file order. Raises BadInputError."""
    found: list[dict[str, str]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "row":
            found.append(attributes)

    def refuse(*_: object) -> None:
        raise BadInputError(
            f"{path.name} declares a document type or an entity, which no Stack Exchange dump "
            "does; the file is refused"
        )

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    for chunk, last in _chunks(path):
        try:
            parser.Parse(chunk, last)
        except expat.ExpatError as error:
            raise BadInputError(
                f"{path.name} is not well-formed UTF-8 XML ({error}); fetch or unpack it again"
            ) from None
        yield from found
        found.clear()


def _chunks(path: Path) -> Iterator[tuple[bytes, bool]]:
    try:
        with _open(path) as stream:
            while chunk := stream.read(_CHUNK_BYTES):
                yield chunk, False
        yield b"", True
    except FileNotFoundError:
        raise BadInputError(
            f"{path} does not exist; a dump folder holds Posts.xml and PostLinks.xml, "
            "each plain or as .gz"
        ) from None
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise BadInputError(
            f"{path.name} is not a complete gzip file ({error}); fetch it again"
        ) from None
    except OSError as error:
        raise BadInputError(f"{path} cannot be read: {error.strerror or error}") from None


def _open(path: Path) -> BinaryIO | gzip.GzipFile:
    with path.open("rb") as probe:
        head = probe.read(len(_SEVEN_ZIP))
    if head == _SEVEN_ZIP:
        raise BadInputError(f"{path.name} is a 7z archive; unpack it first: 7z x {path.name}")
    if head.startswith(_GZIP):
        return gzip.GzipFile(path, "rb")
    return path.open("rb")
