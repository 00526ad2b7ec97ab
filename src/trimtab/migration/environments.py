"""Environments of the first SDK as a sweep file's ``trial.environment``."""

from __future__ import annotations

from dataclasses import replace

from trimtab.migration.calls import Call
from trimtab.migration.hyperdrive import Unread
from trimtab.migration.plain import plain, unread

DEFAULT_IMAGE = "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04"
"""The image of the last release of the first SDK for whoever named none."""
NO_REQUIREMENTS = "names a file of pip requirements; a sweep file takes a conda file"
_VERSION = "the Python version and azureml-defaults, which HyperDrive added by itself"


def environment_of(value: object) -> tuple[object, list[str]]:
    """The key's value (text, mapping, Unread, or None for none given), and notes."""
    match value:
        case None:
            return None, []
        case Unread(options=options) if options and all(isinstance(one, Call) for one in options):
            found = [environment_of(one) for one in options]
            return found[0] if all(one == found[0] for one in found) else (value, [])
        case Call("environments", (str(name),)):
            return registered(name), []
        case Call("Environment.get"):
            given = value.bound("workspace", "name", "version", "label")
            known, version = given.get("name"), given.get("version")
            if isinstance(known, str) and isinstance(version, str | int | None):
                return registered(known, version), _settings(value)
        case Call("Environment.from_conda_specification"):
            file = value.bound("name", "file_path").get("file_path")
            if isinstance(file, str):
                return {"image": DEFAULT_IMAGE, "conda_file": file}, _settings(value)
        case Call("Environment.from_pip_requirements"):
            return replace(value.unread, why=NO_REQUIREMENTS), []
        case Call("Environment.from_docker_image"):
            image = value.bound("name", "image").get("image")
            if isinstance(image, str):
                return {"image": image}, _settings(value)
        case Call("Environment"):
            return _made(value)
        case Call("clone", on=Call() as original):
            environment, notes = environment_of(original)
            return environment, [*notes, *_settings(value)]
    return unread(value), []


def registered(name: str, version: object = None) -> str:
    """A registered environment; without a version the latest."""
    return f"azureml:{name}@latest" if version is None else f"azureml:{name}:{version}"


def with_packages(
    conda: object, pip: object, image: str = DEFAULT_IMAGE, python: object = None
) -> dict[str, object] | None:
    """An image with a conda file in place; None where the packages are no lists of texts."""
    conda, pip = conda or [], pip or []
    if not isinstance(conda, list) or not isinstance(pip, list):
        return None
    if not all(isinstance(one, str) for one in (*conda, *pip)):
        return None
    version = [f"python={python}"] if isinstance(python, str) and python else ["python"]
    named = any(str(one).startswith("python=") for one in conda)
    dependencies: list[object] = [*([] if named else version), *conda, "pip"]
    if pip:
        dependencies.append({"pip": pip})
    conda_file = {"name": "trial", "channels": ["conda-forge"], "dependencies": dependencies}
    return {"image": image, "conda_file": conda_file}


def packages_note(place: str) -> str:
    return f"The packages of {place} stand in trial.environment.conda_file; add {_VERSION}."


def _made(call: Call) -> tuple[object, list[str]]:
    """``Environment("name")`` with what is set on it afterwards."""
    known = {name: value for name, value, _ in call.settings}
    dependencies = known.pop("python.conda_dependencies", None)
    image = known.pop("docker.base_image", None)
    known.pop("docker.enabled", None)
    notes = [
        f"{place} sets {name} of an Environment, which is not carried over."
        for name, _, place in call.settings
        if name in known
    ]
    if isinstance(dependencies, Call) and dependencies.name == "CondaDependencies.create":
        given = dependencies.bound("pip_indexurl", "pip_packages", "conda_packages")
        pip, conda = plain(given.get("pip_packages")), plain(given.get("conda_packages"))
        python = plain(given.get("python_version"))
        environment = with_packages(conda, pip, _image(image), python)
        if environment is None:
            return dependencies.unread, notes
        return environment, [*notes, packages_note(dependencies.place)]
    if isinstance(dependencies, Call) and dependencies.name == "CondaDependencies":
        file = dependencies.bound("conda_dependencies_file_path").get(
            "conda_dependencies_file_path"
        )
        if isinstance(file, str):
            return {"image": _image(image), "conda_file": file}, notes
    if dependencies is None and isinstance(image, str):
        return {"image": image}, notes
    return call.unread, notes


def _image(value: object) -> str:
    return value if isinstance(value, str) else DEFAULT_IMAGE


def _settings(call: Call) -> list[str]:
    return [
        f"{place} sets {name} of an Environment, which is not carried over."
        for name, _, place in call.settings
        if name != "docker.enabled"
    ]
