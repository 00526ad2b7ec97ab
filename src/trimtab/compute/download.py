"""Files fetched by http(s), once per node however many trials ask for them at once."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import os
import ssl
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as StillRunning
from pathlib import Path
from urllib.parse import unquote, urlsplit

from trimtab.errors import TrialError

SCHEMES = ("http", "https")
_CHUNK = 1 << 20
_TRIES = 3


class Downloads:
    """A cache of files by sweep and address, in ``folder``. Thread-safe.

    A file is fetched once per sweep and kept: all its trials see the same data, and a later sweep
    what is there then. ``timeout`` is how long a server may be silent, ``pause`` the wait before
    a further try, both in seconds.
    """

    def __init__(self, folder: Path, timeout: float = 30.0, pause: float = 1.0) -> None:
        self._folder = folder
        self._timeout = timeout
        self._pause = pause
        self._lock = threading.Lock()
        self._running: dict[tuple[str, str], Future[Path]] = {}

    def fetch(self, sweep: str, url: str, check: Callable[[], None]) -> Path:
        """The file at ``url``, read-only, under its own name. ``check`` may raise while it waits.

        Raises TrialError with the server's answer; OSError when it cannot be written.
        """
        with self._lock:
            future = self._running.get((sweep, url))
            if future is None:
                future = self._running[sweep, url] = Future()
                arguments = (sweep, url, future)
                worker = threading.Thread(target=self._work, args=arguments, daemon=True)
                worker.start()
        while True:
            check()
            with contextlib.suppress(StillRunning):
                return future.result(timeout=0.5)

    def _work(self, sweep: str, url: str, future: Future[Path]) -> None:
        # On its own thread: a trial that is canceled leaves, and the others still get the file.
        try:
            path = self._cached(sweep, url)
        except BaseException as error:  # noqa: BLE001 - whoever waits gets it
            with self._lock:
                del self._running[sweep, url]
            future.set_exception(error)
        else:
            future.set_result(path)

    def _cached(self, sweep: str, url: str) -> Path:
        digest = hashlib.sha256(f"{sweep}\n{url}".encode("utf-8", "surrogatepass")).hexdigest()
        folder = self._folder / digest[:32]
        path = folder / file_name(url)
        if path.is_file():
            return path
        folder.mkdir(parents=True, exist_ok=True)
        partial = folder / f".{os.getpid()}.partial"
        try:
            self._fetch_with_retries(url, partial)
            partial.chmod(0o444)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
        return path

    def _fetch_with_retries(self, url: str, target: Path) -> None:
        for left in reversed(range(_TRIES)):
            try:
                self._fetch(url, target)
            except _PassingError as error:
                if not left:
                    raise TrialError(f"{shown(url)} could not be fetched: {error}.") from error
                threading.Event().wait(self._pause)
            else:
                return

    def _fetch(self, url: str, target: Path) -> None:
        with _answer(url, self._timeout) as answer, target.open("wb") as file:
            while chunk := _read(answer):
                file.write(chunk)
            expected = answer.headers.get("Content-Length")
            if expected is not None and file.tell() != int(expected):
                raise _PassingError(f"{file.tell()} of {expected} bytes came")


class _PassingError(Exception):
    """A failure that may pass."""


def _read(answer: http.client.HTTPResponse) -> bytes:
    try:
        return answer.read(_CHUNK)
    except (OSError, http.client.HTTPException) as error:
        raise _PassingError(_words(error)) from error


@contextlib.contextmanager
def _answer(url: str, timeout: float) -> Iterator[http.client.HTTPResponse]:
    try:
        answer: http.client.HTTPResponse = _opener().open(url, timeout=timeout)
    except urllib.error.HTTPError as error:
        with error:
            if error.code in (408, 425, 429) or error.code >= 500:
                raise _PassingError(f"the server answered {error.code} {error.reason}") from error
            raise TrialError(
                f"{shown(url)} could not be fetched: the server answered {error.code} "
                f"{error.reason}; check the address, and whether it needs a sign-in."
            ) from error
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        if isinstance(reason, OSError) and not isinstance(reason, ssl.SSLCertVerificationError):
            raise _PassingError(_words(error)) from error
        raise TrialError(f"{shown(url)} could not be fetched: {_words(error)}.") from error
    with answer:
        yield answer


def _opener() -> urllib.request.OpenerDirector:
    """Knows http and https and nothing else, so that no redirect leads to files or ftp."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler,
        urllib.request.UnknownHandler,
        urllib.request.HTTPHandler,
        urllib.request.HTTPSHandler,
        urllib.request.HTTPDefaultErrorHandler,
        urllib.request.HTTPRedirectHandler,
        urllib.request.HTTPErrorProcessor,
    ):
        opener.add_handler(handler())
    return opener


def file_name(url: str) -> str:
    """The last part of the address as a file name."""
    name = unquote(urlsplit(url).path).rpartition("/")[2].replace("\0", "")
    return name[-200:] if name.strip(". ") else "file"


def shown(url: str) -> str:
    """The address as messages may show it: no user, password, query (tokens) or fragment."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _words(error: Exception) -> str:
    reason = getattr(error, "reason", error)
    return str(reason) or type(error).__name__
