"""What the facts of a sweep say now, read beside whoever writes them.

Imports nothing heavy, so that faces which only look are quick.
"""

from __future__ import annotations

from trimtab.errors import StoreError
from trimtab.home import SweepFolder
from trimtab.model.facts import SweepCreated
from trimtab.model.state import SweepState
from trimtab.store.sqlite import SqliteStore


def read_state(folder: SweepFolder) -> SweepState:
    """The state that the facts of a sweep say now. Raises StoreError."""
    store = SqliteStore.reader(folder.facts)
    try:
        return state_of(store)
    finally:
        store.close()


def read_creation(folder: SweepFolder) -> SweepCreated:
    """The fact that created a sweep. Raises StoreError."""
    store = SqliteStore.reader(folder.facts)
    try:
        return creation_of(store)
    finally:
        store.close()


def state_of(store: SqliteStore) -> SweepState:
    """The fold of all facts in a store."""
    state = SweepState()
    for fact in store.read():
        state.apply(fact)
    return state


def creation_of(store: SqliteStore) -> SweepCreated:
    """The first fact. Raises StoreError when the log does not begin with it."""
    first = next(store.read(), None)
    if first is None or not isinstance(first.body, SweepCreated):
        raise StoreError("The log does not begin with the fact that created the sweep.")
    return first.body
