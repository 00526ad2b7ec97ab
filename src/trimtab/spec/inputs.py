"""``inputs`` and ``outputs``: literals, data, and where results go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import BeforeValidator, Discriminator, Tag, ValidationInfo, field_validator

from trimtab.spec.fields import (
    Given,
    Name,
    Strict,
    Text,
    Version,
    scalar_text,
    word,
    wrong,
    wrong_word,
)

DATA_TYPES = ("uri_file", "uri_folder", "mltable", "mlflow_model", "custom_model", "triton_model")
MODEL_TYPES = DATA_TYPES[3:]
INPUT_MODES = ("ro_mount", "download", "direct")
TABLE_MODES = (*INPUT_MODES, "eval_mount", "eval_download")
OUTPUT_MODES = ("rw_mount", "mount", "upload", "direct")

DataType: TypeAlias = Annotated[
    Literal["uri_file", "uri_folder", "mltable", "mlflow_model", "custom_model", "triton_model"],
    word(*DATA_TYPES),
]
InputMode: TypeAlias = Annotated[
    Literal["ro_mount", "download", "direct", "eval_mount", "eval_download"], word(*TABLE_MODES)
]
OutputMode: TypeAlias = Annotated[
    Literal["rw_mount", "mount", "upload", "direct"], word(*OUTPUT_MODES)
]


class DataInput(Strict):
    """Data or a model: a local path or a URI, and how the trial gets it."""

    type: DataType = "uri_folder"
    path: Given[Text] = None
    mode: InputMode = "ro_mount"
    datastore: Given[Text] = None
    path_on_compute: Given[Text] = None

    @field_validator("mode")
    @classmethod
    def _mode_suits_type(cls, mode: str, info: ValidationInfo) -> str:
        if info.data.get("type", "mltable") != "mltable" and mode not in INPUT_MODES:
            raise wrong_word(INPUT_MODES)
        return mode

    @field_validator("path_on_compute")
    @classmethod
    def _models_have_no_place(cls, place: str | None, info: ValidationInfo) -> str | None:
        if place is not None and info.data.get("type") in MODEL_TYPES:
            raise wrong("no path_on_compute, which models do not have")
        return place


class Output(Strict):
    """Where a trial writes; ``name`` and ``version`` register it as an asset."""

    ignored = frozenset({"$schema"})

    type: DataType = "uri_folder"
    path: Given[Text] = None
    mode: OutputMode = "rw_mount"
    name: Given[Text] = None
    version: Given[Version] = None


def _literal(value: object) -> object:
    if isinstance(value, Mapping):
        return scalar_text(value["value"]) if set(value) == {"value"} else value
    if isinstance(value, DataInput):
        return value
    return scalar_text(value)


def _tag(value: object) -> str:
    return "<literal>" if isinstance(value, str) else "<data>"


Input: TypeAlias = Annotated[
    Annotated[Text, Tag("<literal>")] | Annotated[DataInput, Tag("<data>")],
    Discriminator(_tag),
    BeforeValidator(_literal),
]
Inputs: TypeAlias = Mapping[Name, Input]
Outputs: TypeAlias = Mapping[
    Name, Annotated[Output, BeforeValidator(lambda value: {} if value is None else value)]
]
