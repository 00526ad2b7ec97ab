"""Featurization shared by the trials of a node.

One folder per (data digest, featurizer version, parameters). It is filled beside its place and
renamed into it, so a reader sees all of it or nothing; a lock lets the second trial wait for the
first instead of computing the same. Nothing here is needed for a right result: without a shared
or a writable folder each trial computes for itself.
"""

import contextlib
import hashlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from faq.arrays import load_arrays, save_arrays, space_to_arrays
from faq.folder import SearchData
from faq.pairs import Pairs, make_pairs

SPACE_FILE = "space.npz"
_PAIRS_FILE = "pairs.npz"
_VERSION = 1


def default_cache() -> Path:
    """FAQ_CACHE_DIR, else faq-matching in the user's cache folder."""
    if named := os.environ.get("FAQ_CACHE_DIR"):
        return Path(named)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "faq-matching"


def cached_pairs(data: SearchData, *, ngrams: int, cache: Path) -> tuple[Pairs, Path]:
    """The pairs of a search, and the file that holds their feature space."""
    key = hashlib.sha256(f"{_VERSION} {data.digest} {ngrams}".encode()).hexdigest()[:32]
    place = cache / key
    found = _load(place)
    if found is not None:
        return found, place / SPACE_FILE
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with _lock(cache / f"{key}.lock"):
            found = _load(place)
            if found is None:
                found = _fill(place, data, ngrams)
            return found, place / SPACE_FILE
    except OSError as error:
        print(f"note: the cache {cache} cannot be used ({error}); computing without it")
    own = Path(tempfile.mkdtemp(prefix="faq-"))
    return _write(own, data, ngrams), own / SPACE_FILE


def _load(place: Path) -> Pairs | None:
    if not place.is_dir():
        return None
    try:
        arrays = load_arrays(place / _PAIRS_FILE)
        return Pairs(arrays["train"], arrays["tune"], arrays["tune_truth"])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        # damaged from outside: renamed away first, so that no other trial reads it half removed
        with contextlib.suppress(OSError):
            grave = Path(tempfile.mkdtemp(prefix="damaged-", dir=place.parent))
            place.rename(grave / place.name)
            shutil.rmtree(grave, ignore_errors=True)
        return None


def _fill(place: Path, data: SearchData, ngrams: int) -> Pairs:
    beside = Path(tempfile.mkdtemp(prefix="making-", dir=place.parent))
    try:
        pairs = _write(beside, data, ngrams)
        # if another trial (where locks do not work) was first, its folder is as good as ours
        with contextlib.suppress(OSError):
            beside.rename(place)
        return pairs
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _write(folder: Path, data: SearchData, ngrams: int) -> Pairs:
    space, pairs = make_pairs(data, ngrams=ngrams)
    save_arrays(folder / SPACE_FILE, space_to_arrays(space))
    save_arrays(
        folder / _PAIRS_FILE,
        {"train": pairs.train, "tune": pairs.tune, "tune_truth": pairs.tune_truth},
    )
    return pairs


@contextlib.contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Held by one process at a time; the system frees it when its holder dies."""
    try:
        import fcntl
    except ImportError:  # not on this system: two trials may compute the same, which is harmless
        yield
        return
    with path.open("w") as stream:
        # some network file systems know no locks: then, too, at worst work is done twice
        with contextlib.suppress(OSError):
            fcntl.flock(stream, fcntl.LOCK_EX)
        yield
