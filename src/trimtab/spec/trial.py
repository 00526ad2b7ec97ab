"""``trial``: the command that a sweep runs, and what it runs in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import BeforeValidator, Field, JsonValue, Tag, ValidationInfo, field_validator

from trimtab.spec.environment import EnvironmentRef
from trimtab.spec.fields import (
    Flag,
    Given,
    Integer,
    Strict,
    Text,
    Variable,
    variant,
    word,
    wrong,
)

SERVICE_TYPES = ("jupyter_lab", "ssh", "tensor_board", "vs_code")
_SERVICE_KEYS = {"log_dir": "tensor_board", "ssh_public_keys": "ssh"}
_CODE = re.compile(r"(git\+|https?:|azureml://|azureml:/subscriptions/|azureml:[^/:@]+[:@].)")
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+:|git@")


def _arguments(value: object) -> object:
    if isinstance(value, list | tuple) and all(isinstance(part, str) for part in value):
        return tuple(value)
    if isinstance(value, str):
        return value
    raise wrong("a text or a list of texts")


class Resources(Strict):
    """What a trial's nodes are: how many, of which size, and how the container starts."""

    instance_count: Given[Integer] = None
    instance_type: Given[Text] = None
    max_instance_count: Given[Integer] = None
    locations: Given[tuple[Text, ...]] = None
    properties: Given[Mapping[str, JsonValue]] = None
    shm_size: Given[Text] = None
    docker_args: Annotated[str | tuple[str, ...] | None, BeforeValidator(_arguments)] = None


class PyTorch(Strict):
    type: Annotated[Literal["pytorch"], word("pytorch")]
    process_count_per_instance: Given[Integer] = None


class Mpi(Strict):
    type: Annotated[Literal["mpi"], word("mpi")]
    process_count_per_instance: Given[Integer] = None


class TensorFlow(Strict):
    type: Annotated[Literal["tensorflow"], word("tensorflow")]
    worker_count: Given[Integer] = None
    parameter_server_count: Given[Integer] = None


class RayCluster(Strict):
    """Azure's own Ray inside one trial; nothing to do with the compute called ray."""

    type: Annotated[Literal["ray"], word("ray")]
    port: Given[Integer] = None
    address: Given[Text] = None
    include_dashboard: Given[Flag] = None
    dashboard_port: Given[Integer] = None
    head_node_additional_args: Given[Text] = None
    worker_node_additional_args: Given[Text] = None


Parallel: TypeAlias = Annotated[
    Annotated[PyTorch, Tag("<pytorch>")]
    | Annotated[Mpi, Tag("<mpi>")]
    | Annotated[TensorFlow, Tag("<tensorflow>")]
    | Annotated[RayCluster, Tag("<ray>")],
    variant(("pytorch", "mpi", "tensorflow", "ray")),
]


class QueueSettings(Strict):
    """The tier and priority in a shared cluster's queue; ``"null"`` is a tier of that name."""

    job_tier: Annotated[
        Literal["null", "spot", "basic", "standard", "premium"] | None,
        word("null", "spot", "basic", "standard", "premium"),
    ] = None
    priority: Annotated[Literal["low", "medium", "high"] | None, word("low", "medium", "high")] = (
        None
    )


class Service(Strict):
    """Something to reach while a trial runs: a notebook, a shell, TensorBoard."""

    ignored: ClassVar[frozenset[str]] = frozenset(
        {"$schema", "endpoint", "status", "error_message"}
    )

    type: Given[Text] = None
    port: Given[Integer] = None
    nodes: Given[Text] = None
    properties: Given[Mapping[str, JsonValue]] = None
    log_dir: Given[Text] = None
    ssh_public_keys: Given[Text] = None

    @field_validator("log_dir", "ssh_public_keys")
    @classmethod
    def _suits_type(cls, value: str, info: ValidationInfo) -> str:
        owner = _SERVICE_KEYS[info.field_name or ""]
        kind = (info.data.get("type") or owner).lower()
        if kind in SERVICE_TYPES and kind != owner:
            raise wrong(f"no {info.field_name} here, it goes with type: {owner}")
        return value


def _code(value: object) -> object:
    if isinstance(value, str) and _SCHEME.match(value) and not _CODE.match(value):
        raise wrong("a folder, git+<url>, a http(s) URL, or azureml:<code>:<version>")
    return value


Code: TypeAlias = Annotated[Given[Text], BeforeValidator(_code)]


class Trial(Strict):
    """A command with its code and environment; ``${{search_space.x}}`` stands for a value."""

    ignored: ClassVar[frozenset[str]] = frozenset({"$schema"})

    command: Text
    code: Code = None
    environment: EnvironmentRef
    environment_variables: Mapping[Text, Variable] = Field(default_factory=dict)
    resources: Given[Resources] = None
    distribution: Given[Parallel] = None
    queue_settings: Given[QueueSettings] = None
