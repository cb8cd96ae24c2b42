# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

from lab.operator.resources import SERVICE
from lab.operator.store import Store


def _thing(name: str, version: int, namespace: str = "a", uid: str = "u") -> dict[str, Any]:
    return {"metadata": {"name": name, "namespace": namespace, "uid": uid, "resourceVersion": str(version)}}


def test_an_older_version_does_not_replace_a_newer_one() -> None:
    store = Store()
    assert store.put(SERVICE, _thing("x", 10))
    assert not store.put(SERVICE, _thing("x", 9))
    assert store.put(SERVICE, _thing("x", 10))  # the watch event of an own write still triggers work
    assert store.get(SERVICE, "a", "x") == _thing("x", 10)


def test_a_late_deletion_does_not_remove_a_successor() -> None:
    store = Store()
    store.put(SERVICE, _thing("x", 12, uid="new"))
    assert not store.drop(SERVICE, _thing("x", 11, uid="old"))
    assert store.drop(SERVICE, _thing("x", 13, uid="new"))
    assert store.get(SERVICE, "a", "x") is None


def test_a_fresh_list_tells_what_vanished_in_its_namespace_only() -> None:
    store = Store()
    for thing in (_thing("x", 1), _thing("y", 2), _thing("z", 3, namespace="b")):
        store.put(SERVICE, thing)
    changed = store.replace(SERVICE, "a", [_thing("y", 5)])
    assert changed == [_thing("x", 1), _thing("y", 5)]
    assert [thing["metadata"]["name"] for thing in store.all(SERVICE)] == ["y", "z"]
