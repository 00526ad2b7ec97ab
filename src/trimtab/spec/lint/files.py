"""Lint of what a job needs around its command: local paths, environment, resources."""

from __future__ import annotations

import re
from collections.abc import Iterator

from trimtab.errors import Problem
from trimtab.spec.environment import Environment
from trimtab.spec.inputs import DataInput
from trimtab.spec.job import CommandJob, ManagedIdentity, SweepJob
from trimtab.spec.lint.codes import found
from trimtab.spec.source import KeyPath
from trimtab.spec.trial import SERVICE_TYPES, Resources


def check(job: SweepJob | CommandJob) -> Iterator[Problem]:
    holder: KeyPath = ("trial",) if isinstance(job, SweepJob) else ()
    if job.trial.code is not None:
        yield from _path(job, (*holder, "code"), job.trial.code)
    yield from _inputs(job)
    if isinstance(job.trial.environment, Environment):
        yield from _environment(job, (*holder, "environment"), job.trial.environment)
    yield from _resources(job, ("resources",), job.resources)
    if isinstance(job, SweepJob):
        yield from _resources(job, ("trial", "resources"), job.trial.resources)
    yield from _services(job)
    if isinstance(job.identity, ManagedIdentity) and job.identity.msi_resource_id:
        message = "Azure's own client fails on this key; use client_id or object_id"
        yield found(job, "msi-resource-id", ("identity", "msi_resource_id"), message)


def _path(job: SweepJob | CommandJob, path: KeyPath, text: str) -> Iterator[Problem]:
    local = job.local_path(text)
    if local is not None and not local.exists():
        message = f"{text} does not exist (looked for {local})"
        yield found(job, "missing-path", path, message)


def _inputs(job: SweepJob | CommandJob) -> Iterator[Problem]:
    for name, value in job.inputs.items():
        if not isinstance(value, DataInput):
            continue
        if not value.path:
            message = f"a {value.type} input needs a 'path': a local path or a URI"
            yield found(job, "input-without-path", ("inputs", name), message)
        else:
            yield from _path(job, ("inputs", name, "path"), value.path)


def _environment(
    job: SweepJob | CommandJob, path: KeyPath, environment: Environment
) -> Iterator[Problem]:
    image, build, conda = environment.image, environment.build, environment.conda_file
    doubt = ""
    if image and build:
        doubt = "image and build exclude each other; keep one"
    elif not image and not build:
        doubt = "a conda_file needs an image to go on" if conda else "give an image or a build"
    elif build and conda:
        doubt = "a conda_file goes on an image, not on a build; install it in the Dockerfile"
    if doubt:
        yield found(job, "environment-source", path, doubt)
    if isinstance(conda, str):
        yield from _path(job, (*path, "conda_file"), conda)
    if build and build.path:
        yield from _path(job, (*path, "build", "path"), build.path)


def _resources(
    job: SweepJob | CommandJob, path: KeyPath, resources: Resources | None
) -> Iterator[Problem]:
    if resources is None:
        return
    size = resources.shm_size
    if size is not None and not re.fullmatch(r"0*[1-9][0-9]*[bkmgBKMG]", size):
        message = f"found {size!r}, allowed: a whole number and b, k, m or g, such as 2g"
        yield found(job, "shm-size", (*path, "shm_size"), message)
    for key in ("instance_count", "max_instance_count"):
        count = getattr(resources, key)
        if count is not None and count < 1:
            yield found(job, "instance-count", (*path, key), f"found {count}, allowed: 1 or more")


def _services(job: SweepJob | CommandJob) -> Iterator[Problem]:
    for name, service in job.services.items():
        if (service.type or "").lower() not in SERVICE_TYPES:
            kinds = ", ".join(SERVICE_TYPES)
            message = f"found type {service.type!r}, which Azure does not start; it starts: {kinds}"
            yield found(job, "service-type", ("services", name), message)
