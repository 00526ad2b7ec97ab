"""``environment``: a registered one by name, or one described in place.

``file:env.yml`` is replaced by that file's content before the models see it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import BeforeValidator, Discriminator, JsonValue, Tag

from trimtab.spec.fields import Given, Integer, Strict, Text, Version, word, wrong

_REGISTERED = re.compile(r"azureml:(//registries/[^/]+/environments/.+|/subscriptions/.+|[^/\s].*)")


class Build(Strict):
    """A Docker build context: a folder or URL, and the Dockerfile in it."""

    path: Given[Text] = None
    dockerfile_path: Text = "Dockerfile"


class Route(Strict):
    port: Integer
    path: Text


class InferenceConfig(Strict):
    """How a server made from the environment is asked; sweeps do not use it."""

    liveness_route: Route
    readiness_route: Route
    scoring_route: Route


def _conda(value: object) -> object:
    if isinstance(value, str | Mapping):
        return value
    raise wrong("the path of a conda file, or its content as a mapping")


class Environment(Strict):
    """An environment in place: an image, a conda file on top of it, or a build context."""

    ignored: ClassVar[frozenset[str]] = frozenset({"$schema", "id", "creation_context"})

    name: Given[Text] = None
    version: Given[Version] = None
    description: Given[Text] = None
    tags: Given[Mapping[Text, Text | None]] = None
    image: Given[Text] = None
    conda_file: Annotated[str | Mapping[str, JsonValue] | None, BeforeValidator(_conda)] = None
    build: Given[Build] = None
    os_type: Annotated[Literal["linux", "windows"], word("linux", "windows")] = "linux"
    datastore: Given[Text] = None
    inference_config: Given[InferenceConfig] = None


def _name(value: object) -> object:
    if isinstance(value, str) and not _REGISTERED.fullmatch(value):
        hint = f"write azureml:{value}" if re.fullmatch(r"[\w.-]+(:[\w.-]+)?", value) else ""
        if value.endswith((".yml", ".yaml")):
            hint = f"write file:{value}"
        raise wrong(
            "azureml:<name>:<version>, azureml:<name>@latest, azureml://registries/..., "
            "file:<path>, or a mapping with image, conda_file or build",
            hint,
        )
    return value


def _tag(value: object) -> str:
    return "<registered>" if isinstance(value, str) else "<environment>"


EnvironmentRef: TypeAlias = Annotated[
    Annotated[Text, Tag("<registered>")] | Annotated[Environment, Tag("<environment>")],
    Discriminator(_tag),
    BeforeValidator(_name),
]
