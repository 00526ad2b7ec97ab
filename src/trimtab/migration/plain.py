"""From calls of the SDK to plain values: computes, datasets, and what nobody can tell."""

from __future__ import annotations

from trimtab.migration.calls import Call, Symbol
from trimtab.migration.hyperdrive import Data, Unread

_MODES = {
    "as_mount": "ro_mount",
    "as_download": "download",
    "as_hdfs": "direct",
    "as_direct": "direct",
    "as_named_input": "ro_mount",
}
_DATASETS = ("Dataset.get_by_name", "Dataset.File", "Dataset.Tabular")


def plain(value: object) -> object:
    """``value`` with every call and symbol in it as ``Unread``."""
    match value:
        case Call() | Symbol():
            return unread(value)
        case list() | tuple():
            return [plain(inner) for inner in value]
        case dict():
            return {name: plain(inner) for name, inner in value.items()}
    return value


def unread(value: object) -> Unread:
    match value:
        case Unread():
            return value
        case Call():
            return value.unread
        case Symbol(name):
            return Unread(name, "the configuration")
    return Unread(repr(value)[:60], "the configuration")


def compute_name(value: object) -> object:
    """The name of a compute target; the same in every branch counts as known."""
    match value:
        case None | str():
            return value
        case Unread(options=options) if options:
            names = [compute_name(one) for one in options]
            known = isinstance(names[0], str) and all(one == names[0] for one in names)
            return names[0] if known else value
        case Call("compute_targets", (str(name),)):
            return name
        case Call("ComputeTarget" | "AmlCompute" | "ComputeTarget.create" | "AmlCompute.create"):
            found = value.bound("workspace", "name", "provisioning_configuration").get("name")
            return found if isinstance(found, str) else value.unread
    return unread(value)


def data_of(value: object) -> object:
    """An argument of a script; a dataset or an unreadable value stays recognizable."""
    if not isinstance(value, Call) or value.on is None:
        return plain(value)
    chain: list[Call] = []
    inner: object = value
    while isinstance(inner, Call):
        chain.append(inner)
        inner = inner.on
    names = [one.name for one in chain]
    if not any(name in _MODES for name in names) or _writes(chain):
        return value.unread
    named = next((one.arguments for one in chain if one.name == "as_named_input"), ())
    mode = next(_MODES[name] for name in names if name in _MODES)
    name = named[0] if named and isinstance(named[0], str) else ""
    return Data(name, mode, value.code, value.place, _registered(chain[-1]))


def _writes(chain: list[Call]) -> bool:
    return any("Output" in one.name for one in chain)


def _registered(call: Call) -> str:
    """``azureml:name@latest`` of a registered dataset."""
    if call.name not in _DATASETS:
        return ""
    given = call.bound("workspace", "name", "version")
    name, version = given.get("name"), given.get("version", "latest")
    if not isinstance(name, str) or not isinstance(version, str | int):
        return ""
    return f"azureml:{name}@latest" if version == "latest" else f"azureml:{name}:{version}"
