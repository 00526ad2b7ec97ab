"""The home: the folder that holds facts, trial folders and caches.

<home>/home.json                     version of the layout
<home>/sweeps/<sweep>/sweep.json     the sweep file as it was read, for people
<home>/sweeps/<sweep>/facts.db       the facts
<home>/sweeps/<sweep>/conductor.log  what a conductor in the background printed
<home>/sweeps/<sweep>/code/          snapshot of the code, private to the sweep
<home>/sweeps/<sweep>/trials/<trial>/attempt-<n>/   an attempt's own folder
<home>/mlflow/                       tracking database and artifacts, unless they are elsewhere
<home>/cache/                        inputs brought from elsewhere
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from trimtab.errors import HomeError, InputError, UnknownSweepError

LAYOUT = 1
NAME = ".trimtab"
LATEST = "latest"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,199}")
_ADJECTIVES = (
    "able amber ample aqua brave brisk calm clear coral crisp eager early even fair fleet fresh "
    "gentle glad golden grand green honest keen kind lively lucid merry mild neat noble open "
    "patient plain quick quiet ready rapid sharp silver smooth solid steady still sunny swift "
    "tidal true vivid warm wide wise"
).split()
_NOUNS = (
    "anchor beacon bay boom bow breeze buoy canvas cape channel cleat coast compass cove current "
    "deck dock ebb eddy fathom ferry fjord flag galley gale harbor helm hull inlet jetty jib keel "
    "knot lagoon lantern mast oar pier pilot port quay reef rudder sail schooner shoal sloop "
    "sound spar tide tiller wake wave yawl"
).split()


@dataclass(frozen=True, slots=True)
class SweepFolder:
    """One sweep's place in the home."""

    path: Path

    @property
    def sweep(self) -> str:
        return self.path.name

    @property
    def facts(self) -> Path:
        return self.path / "facts.db"

    @property
    def document(self) -> Path:
        return self.path / "sweep.json"

    @property
    def code(self) -> Path:
        return self.path / "code"

    @property
    def conductor_log(self) -> Path:
        return self.path / "conductor.log"

    @property
    def stop_file(self) -> Path:
        return self.path / "stop"

    @property
    def mirror_cursor(self) -> Path:
        return self.path / "mirror.json"

    def trial(self, trial: int) -> Path:
        return self.path / "trials" / str(trial)

    def attempt(self, trial: int, attempt: int) -> Path:
        return self.trial(trial) / f"attempt-{attempt}"


class Home:
    """An existing home of this layout. Make one by ``open_home``."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def mlflow(self) -> Path:
        return self.path / "mlflow"

    @property
    def cache(self) -> Path:
        return self.path / "cache"

    def sweeps(self) -> Iterator[SweepFolder]:
        """All sweeps, the oldest first."""
        try:
            files = self._sweeps.glob("[!.]*/sweep.json")
            entries = [(file.stat().st_mtime_ns, file) for file in files]
        except OSError as error:
            raise HomeError(f"The home {self.path} cannot be read: {error.strerror}.") from error
        for _, entry in sorted(entries):
            yield SweepFolder(entry.parent)

    def sweep(self, name: str = LATEST) -> SweepFolder:
        """The sweep of that id, or of that unique beginning; ``latest`` is the one last created.

        Raises UnknownSweepError.
        """
        folders = list(self.sweeps())
        if name == LATEST:
            if not folders:
                raise UnknownSweepError(
                    f"There is no sweep in the home {self.path} yet; "
                    "run one with: trimtab run sweep.yml"
                )
            return folders[-1]
        exact = [folder for folder in folders if folder.sweep == name]
        found = exact or [folder for folder in folders if folder.sweep.startswith(name)]
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(folder.sweep for folder in found[:5])
            raise UnknownSweepError(f"{name!r} could be any of {names}; write more of the name.")
        raise UnknownSweepError(
            f"There is no sweep {name!r} in the home {self.path}; see: trimtab list"
        )

    def stage(self, name: str | None) -> SweepFolder:
        """An empty folder for a new sweep, unseen until ``publish``.

        Raises InputError when the name is taken or unfit, HomeError when nothing can be written.
        """
        if name is not None and not _ID.fullmatch(name):
            raise InputError(
                f"The name {name!r} cannot be a sweep's: letters, digits, '_', '-' and '.' are "
                "allowed, 200 at most, the first a letter or digit."
            )
        name = name or _fresh_name()
        self._check_free(name)
        folder = self._sweeps / f".{secrets.token_hex(8)}" / name
        try:
            folder.mkdir(parents=True)
        except OSError as error:
            raise unwritable(self.path, error) from error
        return SweepFolder(folder)

    def publish(self, staged: SweepFolder) -> SweepFolder:
        """Gives a staged sweep its place, whole. Raises InputError when the name was taken."""
        self._check_free(staged.sweep)
        place = self._sweeps / staged.sweep
        try:
            staged.path.rename(place)
            staged.path.parent.rmdir()
        except OSError as error:
            raise unwritable(self.path, error) from error
        return SweepFolder(place)

    def discard(self, staged: SweepFolder) -> None:
        """Throws a staged sweep away."""
        shutil.rmtree(staged.path.parent, ignore_errors=True)

    @property
    def _sweeps(self) -> Path:
        return self.path / "sweeps"

    def _check_free(self, name: str) -> None:
        if (self._sweeps / name).exists():
            raise InputError(
                f"There is a sweep {name!r} in the home {self.path} already; choose another name, "
                f"or go on with it: trimtab resume {name}"
            )


def find_home(environment: Mapping[str, str] = os.environ, start: Path | None = None) -> Path:
    """``TRIMTAB_HOME``, else the nearest ``.trimtab`` upward, else ``.trimtab`` here."""
    if environment.get("TRIMTAB_HOME"):
        return Path(environment["TRIMTAB_HOME"]).expanduser().absolute()
    here = (start or Path.cwd()).absolute()
    for folder in (here, *here.parents):
        if (folder / NAME).is_dir():
            return folder / NAME
    return here / NAME


def open_home(path: Path | None = None) -> Home:
    """The home at ``path`` (by default ``find_home()``), made if it is not there.

    Raises HomeError when it cannot be used, or when a newer release laid it out.
    """
    home = find_home() if path is None else path.absolute()
    file = home / "home.json"
    try:
        home.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            file.write_text(json.dumps({"layout": LAYOUT}) + "\n")
        found = json.loads(file.read_text()).get("layout")
    except OSError as error:
        raise unwritable(home, error) from error
    except (ValueError, AttributeError) as error:
        raise _damaged(file) from error
    if not isinstance(found, int) or isinstance(found, bool):
        raise _damaged(file)
    if found > LAYOUT:
        raise HomeError(
            f"The home {home} was laid out by a newer release of Trimtab (layout {found}, this "
            f"one knows up to {LAYOUT}); upgrade with: pip install -U trimtab"
        )
    return Home(home)


def _damaged(file: Path) -> HomeError:
    return HomeError(
        f'{file} is damaged: it should hold {{"layout": {LAYOUT}}}; '
        "mend it, or choose another home with TRIMTAB_HOME."
    )


def unwritable(home: Path, error: OSError) -> HomeError:
    """The sentence for a home that refuses to be written."""
    return HomeError(
        f"The home {home} cannot be written: {error.strerror}; "
        "choose a folder that can, with TRIMTAB_HOME or --home."
    )


def _fresh_name() -> str:
    words = f"{secrets.choice(_ADJECTIVES)}_{secrets.choice(_NOUNS)}"
    return f"{words}_{secrets.token_hex(3)}"
