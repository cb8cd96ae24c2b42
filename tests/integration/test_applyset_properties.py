# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares the predictions for objects of many shapes with the real API server."""

from __future__ import annotations

import base64
import copy
import json
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.client import KubeClient
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.errors import Conflict, Invalid
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.integration.applyset_cluster import Cluster, actions, created_namespace, fresh_name, writes
from tests.integration.applyset_shapes import SHAPES
from tests.integration.lab_fixture import Lab

OPTIONS = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def cluster(lab: Lab) -> Cluster:
    lab.install_seldon_crds()
    return Cluster(lab.kubeconfig, wait=False)


@pytest.fixture(scope="module")
def namespace(cluster: Cluster) -> Iterator[str]:
    with created_namespace(cluster, "shapes") as name:
        yield name


def renamed(obj: dict[str, Any]) -> dict[str, Any]:
    return {**copy.deepcopy(obj), "metadata": {**obj["metadata"], "name": fresh_name("s")}}


@pytest.mark.parametrize("kind", SHAPES)
def test_unchanged_objects_are_not_written_again_and_changes_are_foreseen(
    kind: str, lab: Lab, cluster: Cluster, namespace: str
) -> None:
    client = cluster.client
    resources = {(r.api_version, r.kind): r for r in client.discover()._resources.values()}

    @OPTIONS
    @given(st.data())
    def check(data: st.DataObject) -> None:
        obj = renamed(data.draw(SHAPES[kind], "object"))
        name = obj["metadata"]["name"]
        options: dict[str, Any] = {"name": name, "inventory_namespace": namespace, "namespace": namespace}
        first = cluster.run(definition=[obj], **options)
        assume("msg" not in first)  # skips objects that the server refuses
        resource = resources[obj["apiVersion"], kind]

        mark = lab.audit.mark()
        second = cluster.run(definition=[obj], diff=True, **options)
        assert actions(second) == {f"{kind} {name}": "unchanged"}, second
        assert writes(lab.audit.since(mark)) == []

        other = {**data.draw(SHAPES[kind], "mutation")}
        other["metadata"] = {**other["metadata"], "name": name}
        for _ in range(2):
            before = version(client, resource, namespace, name)
            predicted = cluster.run(check=True, definition=[other], diff=True, validate=False, **options)
            real = cluster.run(definition=[other], **options)
            if "msg" in real:  # an immutable field: nothing was written
                assert version(client, resource, namespace, name) == before
                break
            assert actions(predicted) == actions(real)
            written = version(client, resource, namespace, name) != before
            assert written == predicted["changed"] or (not written and only_empties_differ(predicted["diff"])), (
                predicted
            )
        after = cluster.run(definition=[other], check=True, **options)
        assert "msg" in real or not after["changed"], after
        gone = cluster.run(state="absent", **options)
        assert actions(gone) == {f"{kind} {name}": "removed"}, gone

    check()


def content(obj: dict[str, Any]) -> dict[str, Any]:
    """The object without status, the server's metadata, the set's labels, and what the controller of Deployments adds."""
    metadata = {name: obj["metadata"].get(name) for name in ("annotations", "finalizers")}
    if metadata["annotations"]:
        revision = "deployment.kubernetes.io/revision"
        metadata["annotations"] = {k: v for k, v in metadata["annotations"].items() if k != revision} or None
    labels = {k: v for k, v in (obj["metadata"].get("labels") or {}).items() if not k.startswith("applyset.")}
    return {**{k: v for k, v in obj.items() if k != "status"}, "metadata": {**metadata, "labels": labels}}


def only_empties_differ(diffs: list[dict[str, Any]]) -> bool:
    """Whether the predicted changes are only empty maps or lists in lists that are written as a whole. The schema does
    not tell which types drop them. They are written once.
    """
    return bool(diffs) and all(
        without_empties(yaml.safe_load(diff["before"])) == without_empties(yaml.safe_load(diff["after"]))
        for diff in diffs
    )


def without_empties(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: inner for name, part in value.items() if (inner := without_empties(part)) not in ({}, [])}
    return [without_empties(part) for part in value] if isinstance(value, list) else value


def version(client: KubeClient, resource: Any, namespace: str, name: str) -> str:
    """A text that changes with every change except for a controller's status."""
    live = client.get(resource, namespace, name)
    live.pop("status", None)
    live["metadata"].pop("resourceVersion")
    entries = live["metadata"].get("managedFields") or []
    live["metadata"]["managedFields"] = [
        {k: v for k, v in e.items() if k != "time"} for e in entries if e.get("manager") == "ml_platform.seldon"
    ]
    live["metadata"]["annotations"] = {
        k: v for k, v in (live["metadata"].get("annotations") or {}).items() if "kubernetes.io" not in k
    }
    return json.dumps(live, sort_keys=True)


@pytest.mark.parametrize("kind", ["ConfigMap", "Deployment", "NetworkPolicy", "Service", "ServerConfig", "Role"])
def test_a_conflict_with_another_manager_is_foreseen(kind: str, cluster: Cluster, namespace: str) -> None:
    client = cluster.client
    resources = {(r.api_version, r.kind): r for r in client.discover()._resources.values()}

    @settings(OPTIONS, max_examples=6)
    @given(st.data())
    def check(data: st.DataObject) -> None:
        obj = renamed(data.draw(SHAPES[kind], "object"))
        name = obj["metadata"]["name"]
        options: dict[str, Any] = {"name": name, "inventory_namespace": namespace, "namespace": namespace}
        assume("msg" not in cluster.run(definition=[obj], **options))
        resource = resources[obj["apiVersion"], kind]

        def variant(title: str) -> dict[str, Any]:
            drawn = {**data.draw(SHAPES[kind], title)}
            return {**drawn, "metadata": {**drawn["metadata"], "name": name, "namespace": namespace}}

        theirs, wanted = variant("theirs"), variant("wanted")
        try:
            client.apply(resource, theirs, field_manager="team", force=True)
        except Invalid:
            assume(False)
        try:
            client.apply(resource, wanted, field_manager="ml_platform.seldon", dry_run=True)
            expected = False
        except Conflict:
            expected = True
        except Invalid:
            assume(False)
        predicted = cluster.run(definition=[wanted], check=True, validate=False, **options)
        if expected and "msg" not in predicted:
            # The server does not store an empty map: it reports a conflict, while the prediction has nothing to write.
            assert not predicted["changed"], predicted
            forced = client.apply(resource, wanted, field_manager="ml_platform.seldon", force=True, dry_run=True)
            assert content(forced) == content(client.get(resource, namespace, name))
            return
        assert ("team" in predicted.get("msg", "")) == expected, predicted
        taken = cluster.run(definition=[wanted], conflicts="take_over", **options)
        assume("msg" not in taken)
        if expected:
            owners = {e["manager"] for e in client.get(resource, namespace, name)["metadata"]["managedFields"]}
            assert "team" not in owners
        assert not cluster.run(definition=[wanted], **options)["changed"]

    check()


@pytest.mark.parametrize("kind", ["ConfigMap", "Deployment", "NetworkPolicy", "Service", "ServerConfig", "Secret"])
def test_fields_of_another_manager_stay_and_everything_else_is_applied(
    kind: str, lab: Lab, cluster: Cluster, namespace: str
) -> None:
    """The expected result is the answer of the server: a forced dry run changes exactly the fields that were reported as held."""
    client = cluster.client
    resources = {(r.api_version, r.kind): r for r in client.discover()._resources.values()}

    @settings(OPTIONS, max_examples=6)
    @given(st.data())
    def check(data: st.DataObject) -> None:
        obj = renamed(data.draw(SHAPES[kind], "object"))
        name = obj["metadata"]["name"]
        options: dict[str, Any] = {
            "name": name, "inventory_namespace": namespace, "namespace": namespace, "conflicts": "leave",
        }  # fmt: skip
        assume("msg" not in cluster.run(definition=[obj], **options))
        resource = resources[obj["apiVersion"], kind]

        def variant(title: str) -> dict[str, Any]:
            drawn = {**data.draw(SHAPES[kind], title)}
            return {**drawn, "metadata": {**drawn["metadata"], "name": name, "namespace": namespace}}

        theirs, wanted = variant("theirs"), variant("wanted")
        is_applied = data.draw(st.booleans(), "server-side")
        try:
            if is_applied:
                client.apply(resource, without_string_data(theirs), field_manager="team", force=True)
            else:
                patch = json.dumps({key: theirs[key] for key in theirs if key not in ("apiVersion", "kind")})
                lab.kubectl(
                    "patch", f"{resource.plural}.{resource.group}".rstrip("."), name, "-n", namespace,
                    "--type=merge", "-p", patch, "--field-manager=team",
                )  # fmt: skip
        except (Invalid, subprocess.CalledProcessError):
            assume(False)
        before = client.get(resource, namespace, name)
        predicted = cluster.run(definition=[wanted], check=True, **options)
        result = cluster.run(definition=[wanted], **options)
        if "msg" in result:  # the mixture is not valid, or a field is immutable: nothing was written
            assert "conflict with" not in result["msg"], result
            assert client.get(resource, namespace, name)["metadata"].get("generation") == before["metadata"].get(
                "generation"
            )
            assume(False)
        assert predicted["objects"] == result["objects"]
        [entry] = result["objects"]
        after = client.get(resource, namespace, name)
        held = {field["field"]: field for field in entry["held"]}
        assert all(field["owners"] == ["team"] for field in held.values()), entry

        try:
            forced = client.apply(
                resource, without_string_data(wanted), field_manager="ml_platform.seldon", force=True, dry_run=True
            )
        except Invalid:
            assume(False)  # only the mixture with the fields of the other manager is valid
        # What the wanted fields would still change is what is held, and nothing of it has moved.
        real = [field for field in held.values() if not field["allowed_by"]]
        assert (content(forced) == content(after)) == (not real), (entry, content(after), content(forced))
        assert result["differs"] == bool(real)
        for path, value in leaves(content(before)):
            if path in held:
                assert dict(leaves(content(after))).get(path) == value

        mark = lab.audit.mark()
        again = cluster.run(definition=[wanted], **options)
        assert (again["changed"], again["differs"]) == (False, result["differs"]), again
        assert [field for field in again["objects"][0]["held"] if not field["allowed_by"]] == real
        assert writes(lab.audit.since(mark)) == []

        # Everything else is ours: without our fields nothing but theirs is left of what the two configurations say.
        empty = {key: wanted[key] for key in ("apiVersion", "kind")} | {
            "metadata": {"name": name, "namespace": namespace}
        }  # fmt: skip
        try:
            given_up = client.apply(resource, empty, field_manager="ml_platform.seldon", dry_run=True)
        except Invalid:
            return  # without our fields the object is not valid
        assert all(
            dict(leaves(content(given_up))).get(path) == value for path, value in leaves(content(after)) if path in held
        )

    check()


def without_string_data(obj: dict[str, Any]) -> dict[str, Any]:
    """The object as it is stored: the write-only field of a Secret becomes data."""
    return obj if obj["kind"] != "Secret" else {key: value for key, value in obj.items() if key != "stringData"} | {
        "data": {
            **obj.get("data", {}),
            **{key: base64.b64encode(text.encode()).decode() for key, text in obj.get("stringData", {}).items()},
        }
    }  # fmt: skip


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value by its path through maps, and through lists of items with a name."""
    yield path, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for inner in value:
            if isinstance(inner, dict) and "name" in inner:
                yield from leaves(inner, f'{path}[name="{inner["name"]}"]')
