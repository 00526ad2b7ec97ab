"""The two jobs: a sweep, and a single command."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self, TypeAlias

from pydantic import BeforeValidator, Field, PrivateAttr, Tag

from trimtab.space import Space
from trimtab.spec import properties as trimtab_properties
from trimtab.spec.distributions import Distribution, to_space
from trimtab.spec.environment import EnvironmentRef
from trimtab.spec.fields import Given, Name, Strict, Text, Variable, snake, variant, word, wrong
from trimtab.spec.inputs import Inputs, Outputs
from trimtab.spec.policies import Policy
from trimtab.spec.sampling import (
    CommandLimits,
    Objective,
    RandomSampling,
    Sampling,
    SweepLimits,
)
from trimtab.spec.source import Source
from trimtab.spec.trial import Code, Parallel, QueueSettings, Resources, Service, Trial

_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+:|git@")


class UserIdentity(Strict):
    type: Annotated[Literal["user_identity"], word("user_identity", camel=True)]


class TokenIdentity(Strict):
    type: Annotated[Literal["aml_token"], word("aml_token", camel=True)]


class ManagedIdentity(Strict):
    type: Annotated[
        Literal["managed", "managed_identity"], word("managed", "managed_identity", camel=True)
    ]
    client_id: Given[Text] = None
    object_id: Given[Text] = None
    msi_resource_id: Given[Text] = None


Identity: TypeAlias = Annotated[
    Annotated[UserIdentity, Tag("<user_identity>")]
    | Annotated[TokenIdentity, Tag("<aml_token>")]
    | Annotated[ManagedIdentity, Tag("<managed>")]
    | Annotated[ManagedIdentity, Tag("<managed_identity>")],
    variant(("user_identity", "aml_token", "managed", "managed_identity"), snake),
]


def _compute(value: object) -> object:
    if value == "azureml:":
        raise wrong("azureml:<name>, <name>, local, or no compute at all (serverless)")
    return value


class Job(Strict):
    """What sweeps and commands have in common. Attributes are named as the keys of the file."""

    ignored: ClassVar[frozenset[str]] = frozenset(
        {"$schema", "id", "status", "creation_context", "log_files"}
    )

    name: Given[Text] = None
    display_name: Given[Text] = None
    description: Given[Text] = None
    experiment_name: Given[Text] = None
    tags: Mapping[Text, Text | None] = Field(default_factory=dict)
    properties: Mapping[Text, Text | None] = Field(default_factory=dict)
    compute: Annotated[Given[Text], BeforeValidator(_compute)] = None
    inputs: Inputs = Field(default_factory=dict)
    outputs: Outputs = Field(default_factory=dict)
    identity: Given[Identity] = None
    resources: Given[Resources] = None
    queue_settings: Given[QueueSettings] = None
    services: Mapping[Text, Service] = Field(default_factory=dict)

    _source: Source = PrivateAttr(default_factory=Source)

    def read_from(self, source: Source) -> Self:
        """Remembers where the job was read from, and returns it."""
        self._source = source
        return self

    @property
    def source(self) -> Source:
        """Where the job was read from; places are unknown for a job read from facts."""
        return self._source

    @property
    def base_dir(self) -> Path:
        """The folder that relative paths start from: that of the YAML file."""
        return self._source.base_dir

    @property
    def document(self) -> dict[str, Any]:
        """The job as plain JSON data, defaults written out; the loaders read it back."""
        return self.model_dump(mode="json", exclude_none=True)

    def local_path(self, text: str) -> Path | None:
        """Where ``text`` points on this machine, or None when it is a URI."""
        if text.startswith("file:"):
            text = text.removeprefix("file:").removeprefix("//")
        elif _SCHEME.match(text):
            return None
        return self.base_dir / text

    @property
    def settings(self) -> Mapping[str, trimtab_properties.Setting]:
        """The values of the ``trimtab.*`` keys in ``properties``."""
        return trimtab_properties.settings(self.properties)


class SweepJob(Job):
    """A sweep file."""

    type: Literal["sweep"]
    trial: Trial
    sampling_algorithm: Sampling = Field(default_factory=RandomSampling)
    search_space: Mapping[Name, Distribution] = Field(default_factory=dict)
    objective: Objective
    early_termination: Given[Policy] = None
    limits: SweepLimits

    @cached_property
    def space(self) -> Space:
        """The search space as pure values."""
        return to_space(self.search_space)


class CommandJob(Job):
    """A single command: one trial without a search."""

    type: Literal["command"] = "command"
    command: Text
    code: Code = None
    environment: EnvironmentRef
    environment_variables: Mapping[Text, Variable] = Field(default_factory=dict)
    distribution: Given[Parallel] = None
    limits: CommandLimits = Field(default_factory=CommandLimits)
    parent_job_name: Given[Text] = None

    ignored: ClassVar[frozenset[str]] = Job.ignored | {"parameters"}

    @property
    def trial(self) -> Trial:
        """The command as the trial of a sweep would hold it."""
        given = {name: getattr(self, name) for name in Trial.model_fields}
        return Trial.model_validate({k: v for k, v in given.items() if v is not None})
