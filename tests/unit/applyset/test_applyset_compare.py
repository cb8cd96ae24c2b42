# SPDX-License-Identifier: GPL-3.0-or-later
"""The predicted changes of an apply, compared with objects as the server stores them."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.compare import (
    MISSING,
    compare,
    settle,
    show_path,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.json_equality import same
from hypothesis import given
from hypothesis import strategies as st

OURS = "ours"


def entry(manager: str, fields: Any, operation: str = "Apply", **more: str) -> dict[str, Any]:
    return {"manager": manager, "operation": operation, "apiVersion": "v1", "fieldsV1": fields, **more}


def stored(body: dict[str, Any], *entries: dict[str, Any]) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "K",
        "metadata": {"name": "n", "managedFields": list(entries)},
        **copy.deepcopy(body),
    }


def wanted(body: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "K", "metadata": {"name": "n"}, **body}


def changes(intent: dict[str, Any], live: dict[str, Any]) -> list[tuple[str, Any, Any, tuple[str, ...]]]:
    return [(show_path(c.path), c.before, c.after, c.owners) for c in compare(wanted(intent), live, OURS, {})]


def fields_of(value: Any) -> Any:
    """FieldsV1 of a value whose lists are atomic."""
    if isinstance(value, dict) and value:
        return {f"f:{name}": fields_of(inner) for name, inner in value.items()}
    return {}


JSON = st.recursive(
    st.none().map(lambda _: "") | st.booleans() | st.integers(-3, 3) | st.text("ab.", max_size=2),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1, max_size=2), inner, max_size=3)
    ),
    max_leaves=12,
)
BODIES = st.dictionaries(st.sampled_from(["spec", "data"]), JSON, max_size=2)


@given(BODIES)
def test_what_was_applied_is_unchanged(body: dict[str, Any]) -> None:
    assert changes(body, stored(body, entry(OURS, fields_of(body)))) == []


@given(BODIES, BODIES)
def test_a_difference_is_a_change_and_nothing_else_is(body: dict[str, Any], other: dict[str, Any]) -> None:
    found = changes(other, stored(body, entry(OURS, fields_of(body))))
    assert bool(found) == (not same(body, other))


@given(BODIES, BODIES)
def test_what_the_server_rendered_otherwise_is_settled(body: dict[str, Any], rendered: dict[str, Any]) -> None:
    live = stored(rendered, entry(OURS, fields_of(body)))
    settled = settle(wanted(body), live, OURS)
    assert compare(wanted(body), live, OURS, settled) == []


def test_a_drift_of_something_settled_is_a_change() -> None:
    owned = entry(OURS, fields_of({"spec": {"cpu": "1000m"}}))
    settled = settle(wanted({"spec": {"cpu": "1000m"}}), stored({"spec": {"cpu": "1"}}, owned), OURS)
    assert settled
    assert compare(wanted({"spec": {"cpu": "1000m"}}), stored({"spec": {"cpu": "2"}}, owned), OURS, settled)
    assert compare(wanted({"spec": {"cpu": "2000m"}}), stored({"spec": {"cpu": "1"}}, owned), OURS, settled)


def test_true_is_not_one() -> None:
    assert same(1, 1.0) and same([{"a": False}], [{"a": False}])
    assert not same(True, 1) and not same([{"a": 0}], [{"a": False}]) and not same("1", 1)


def test_a_field_of_ours_that_is_no_longer_wanted() -> None:
    live = stored({"data": {"a": "1", "b": "2"}}, entry(OURS, {"f:data": {"f:a": {}, "f:b": {}}}))
    assert changes({"data": {"a": "1"}}, live) == [(".data.b", "2", MISSING, ())]
    assert changes({}, live) == [(".data", {"a": "1", "b": "2"}, MISSING, ())]


def test_a_field_that_others_own_too_stays_when_we_give_it_up() -> None:
    live = stored({"data": {"a": "1"}}, entry(OURS, {"f:data": {"f:a": {}}}), entry("team", {"f:data": {"f:a": {}}}))
    (change,) = compare(wanted({"data": {}}), live, OURS, {})
    assert (show_path(change.path), change.is_visible) == (".data.a", False)


@pytest.mark.parametrize("theirs", [{}, {"f:b": {}}, {"f:b": {}, "f:c": {}}])
def test_of_a_map_that_we_give_up_only_what_others_own_stays(theirs: Any) -> None:
    """An owner of an empty map owns nothing in it."""
    live = stored(
        {"data": {"a": "1", "b": "2", "c": "3"}},
        entry(OURS, {"f:data": {"f:a": {}, "f:c": {}}}),
        entry("team", {"f:data": theirs}),
    )
    removed = [(".data.a", "1", MISSING, ())]
    assert [change for change in changes({}, live) if change[2] is MISSING] == removed + (
        [] if "f:c" in theirs else [(".data.c", "3", MISSING, ())]
    )


def test_of_a_list_that_we_give_up_only_items_of_others_stay() -> None:
    live = stored(
        {"spec": {"containers": [{"name": "a", "image": "1"}, {"name": "b", "image": "1"}]}},
        entry(OURS, {"f:spec": {"f:containers": CONTAINERS}}),
        entry("team", {"f:spec": {"f:containers": {'k:{"name":"b"}': {".": {}, "f:name": {}, "f:image": {}}}}}),
    )
    assert changes({"spec": {}}, live) == [('.spec.containers[name="a"]', {"name": "a", "image": "1"}, MISSING, ())]


def test_an_atomic_map_that_others_own_too_stays_as_a_whole() -> None:
    live = stored({"data": {"a": "1"}}, entry(OURS, {"f:data": {}}), entry("team", {"f:data": {}}))
    (change,) = compare(wanted({}), live, OURS, {})
    assert (show_path(change.path), change.is_visible) == (".data", False)


def test_others_are_in_the_way_only_where_values_differ() -> None:
    live = stored({"data": {"a": "x", "b": "y"}}, entry("kubectl", {"f:data": {"f:a": {}, "f:b": {}}}, "Update"))
    assert changes({"data": {"a": "x", "b": "ours", "c": "z"}}, live) == [
        (".data.a", "x", "x", ()),
        (".data.b", "y", "ours", ("kubectl",)),
        (".data.c", MISSING, "z", ()),
    ]


CONTAINERS = {'k:{"name":"a"}': {".": {}, "f:name": {}, "f:image": {}}}


def test_list_items_are_told_apart_by_their_key() -> None:
    live = stored(
        {"spec": {"containers": [{"name": "a", "image": "1"}, {"name": "b", "image": "1"}]}},
        entry(OURS, {"f:spec": {"f:containers": CONTAINERS}}),
        entry("team", {"f:spec": {"f:containers": {'k:{"name":"b"}': {".": {}, "f:name": {}, "f:image": {}}}}}),
    )
    assert changes({"spec": {"containers": [{"name": "a", "image": "1"}]}}, live) == []
    assert changes({"spec": {"containers": [{"name": "a", "image": "2"}, {"name": "c"}]}}, live) == [
        ('.spec.containers[name="a"].image', "1", "2", ()),
        ('.spec.containers[name="c"]', MISSING, {"name": "c"}, ()),
    ]
    theirs = changes({"spec": {"containers": [{"name": "a", "image": "1"}, {"name": "b", "image": "2"}]}}, live)
    assert ('.spec.containers[name="b"].image', "1", "2", ("team",)) in theirs


def test_an_item_beside_those_of_others_is_no_conflict() -> None:
    live = stored(
        {"spec": {"env": [{"name": "THEIRS", "value": "1"}]}},
        entry(OURS, {"f:spec": {}}),
        entry("team", {"f:spec": {"f:env": {'k:{"name":"THEIRS"}': {".": {}, "f:name": {}, "f:value": {}}}}}),
    )
    assert changes({"spec": {"env": [{"name": "OURS"}]}}, live) == [
        ('.spec.env[name="OURS"]', MISSING, {"name": "OURS"}, ()),
    ]


def test_a_defaulted_key_does_not_steal_the_item_of_a_full_one() -> None:
    keys = [f'k:{{"port":53,"protocol":"{protocol}"}}' for protocol in ("UDP", "TCP")]
    live = stored(
        {
            "spec": {
                "ports": [{"port": 53, "protocol": "TCP", "name": "t"}, {"port": 53, "protocol": "UDP", "name": "u"}]
            }
        },
        entry(OURS, {"f:spec": {"f:ports": {key: {".": {}, "f:port": {}, "f:name": {}} for key in keys}}}),
    )
    ports = [{"port": 53, "name": "t"}, {"port": 53, "protocol": "UDP", "name": "u"}]
    found = changes({"spec": {"ports": ports}}, live)
    assert [path for path, before, after, _ in found if not same(before, after)] == []


def test_a_set_is_a_list_of_values() -> None:
    live = stored(
        {"metadata_": {"finalizers": ["a", "b"]}}, entry(OURS, {"f:metadata_": {"f:finalizers": {'v:"a"': {}}}})
    )
    assert changes({"metadata_": {"finalizers": ["a"]}}, live) == []
    assert changes({"metadata_": {"finalizers": ["c"]}}, live) == [
        ('.metadata_.finalizers[="c"]', MISSING, "c", ()),
        ('.metadata_.finalizers[="a"]', "a", MISSING, ()),
    ]
