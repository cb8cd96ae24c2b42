# SPDX-License-Identifier: GPL-3.0-or-later
"""Fields that others own stay, all others are applied, and what stays different is named with its owner."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.diff import diffs
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.held import NOTATION
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.inventory import (
    PART_OF_LABEL,
    Inventory,
    Member,
    applyset_id,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.notation import marked
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.objects import ObjectKey, key_of
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.plan import Plan, make_plan
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.result import result_of
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.step import (
    Action,
    Conflicts,
    Step,
    Wanted,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube import resources as known
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resource import Resource

OURS = "ml_platform.seldon"
SET = applyset_id("t", "p")
HPA = Resource("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", True)

Json = dict[str, Any]
WEB = '.spec.template.spec.containers[name="web"]'


def deployment(*, replicas: int | None = 1, image: str = "web:1", **container: Any) -> Json:
    spec = {} if replicas is None else {"replicas": replicas}
    containers = [{"name": "web", "image": image, **container}]
    return obj(known.DEPLOYMENT, spec={**spec, "template": {"spec": {"containers": containers}}})


def obj(resource: Resource, name: str = "web", labels: Json | None = None, **body: Any) -> Json:
    metadata = {"name": name, "namespace": "t", "labels": {PART_OF_LABEL: SET, **(labels or {})}}
    return {"apiVersion": resource.api_version, "kind": resource.kind, "metadata": metadata, **body}


def entry(manager: str, fields: Json, operation: str = "Update", subresource: str = "") -> Json:
    more = {"subresource": subresource} if subresource else {}
    return {"manager": manager, "operation": operation, "apiVersion": "v1", "fieldsV1": fields, **more}


def fields_of(value: Any, *without: str) -> Json:
    """FieldsV1 of an applied configuration whose lists of containers and variables have names as keys."""
    if isinstance(value, list) and value and isinstance(value[0], dict) and "name" in value[0]:
        return {f'k:{{"name":"{item["name"]}"}}': {".": {}, **fields_of(item, *without)} for item in value}
    if isinstance(value, dict):
        return {
            f"f:{name}": fields_of(item, *without)
            for name, item in value.items()
            if name not in ("apiVersion", "kind", "namespace", *without)
            and not (name == "name" and "metadata" in value)
        }
    return {}


def stored(intent: Json, *others: Json, without: tuple[str, ...] = ()) -> Json:
    """The intent as we applied it, with the entries of others; we no longer own the fields ``without``."""
    live = copy.deepcopy(intent)
    ours = fields_of({key: value for key, value in live.items() if key != "metadata"}, *without)
    ours["f:metadata"] = {"f:labels": fields_of(live["metadata"]["labels"], *without)}
    live["metadata"] |= {"uid": "u", "managedFields": [entry(OURS, ours, "Apply"), *others]}
    return live


def plan(*wanted: Json, live: Json, resource: Resource = known.DEPLOYMENT, how: Conflicts = Conflicts.LEAVE) -> Plan:
    items = [
        Wanted(resource if n == 0 else HPA, key_of(resource if n == 0 else HPA, w), w, how)
        for n, w in enumerate(wanted)
    ]
    key = items[0].key
    inventory = Inventory("t", "p", {key: Member(resource, key, "u")})
    return make_plan(items, {key: live}, inventory, manager=OURS, prune=True)


def step(*wanted: Json, live: Json, resource: Resource = known.DEPLOYMENT, how: Conflicts = Conflicts.LEAVE) -> Step:
    made = plan(*wanted, live=live, resource=resource, how=how)
    assert made.problems == ()
    return made.steps[0]


def stays(found: Step) -> list[tuple[str, tuple[str, ...], str]]:
    return [(held.field, held.owners, held.allowed_by) for held in found.held]


def scaled_by_hand(**changes: Any) -> Json:
    """The Deployment after kubectl scale."""
    live = stored(
        deployment(), entry("kubectl", {"f:spec": {"f:replicas": {}}}, subresource="scale"), without=("replicas",)
    )
    live["spec"]["replicas"] = 3
    return live


def test_a_new_image_is_applied_although_somebody_scaled_the_deployment() -> None:
    found = step(deployment(image="web:2"), live=scaled_by_hand())
    assert found.action is Action.UPDATE and not found.forced
    assert [change.after for change in found.changes] == ["web:2"]
    assert stays(found) == [(".spec.replicas", ("kubectl",), "")]
    assert found.intended == deployment(image="web:2", replicas=None)


def test_what_stays_different_is_in_the_result_and_the_diff_although_nothing_is_written() -> None:
    made = plan(deployment(), live=scaled_by_hand())
    result = result_of(made)
    assert (result["changed"], result["differs"]) == (False, True)
    [shown] = result["objects"]
    assert shown["action"] == "unchanged" and shown["fields"] == []
    assert shown["held"] == [{"field": ".spec.replicas", "owners": ["kubectl"], "allowed_by": ""}]
    [difference] = diffs(made.steps)
    assert difference["before"] == "spec:\n  replicas: 3\n" and difference["after"] == "spec:\n  replicas: 1\n"


def test_the_same_value_of_another_owner_is_no_difference() -> None:
    made = plan(deployment(replicas=3), live=scaled_by_hand())
    assert (made.changed, made.differs) == (False, False)


def test_a_container_keeps_our_share_without_its_image() -> None:
    image = {"f:spec": {"f:template": {"f:spec": {"f:containers": {'k:{"name":"web"}': {"f:image": {}}}}}}}
    live = stored(deployment(args=["a"]), entry("kubectl-set", image), without=("image",))
    live["spec"]["template"]["spec"]["containers"][0]["image"] = "web:hotfix"
    found = step(deployment(image="web:2", args=["b"]), live=live)
    assert stays(found) == [(f"{WEB}.image", ("kubectl-set",), "")]
    assert found.intended["spec"]["template"]["spec"]["containers"] == [{"name": "web", "args": ["b"]}]


def test_the_right_one_of_several_items_is_left_out_wherever_it_is_live() -> None:
    def containers(*items: Json) -> Json:
        return obj(known.DEPLOYMENT, spec={"containers": list(items)})

    image = {"f:spec": {"f:containers": {'k:{"name":"b"}': {"f:image": {}}}}}
    live = stored(containers({"name": "a", "image": "a:1"}, {"name": "b", "image": "b:1"}), entry("argocd", image))
    live["spec"]["containers"] = [{"name": "x"}, {"name": "a", "image": "a:1"}, {"name": "b", "image": "b:9"}]
    found = step(
        containers({"name": "b", "image": "b:2"}, {"name": "c", "image": "c:1"}, {"name": "a", "image": "a:2"}),
        live=live,
    )
    assert [entry.field for entry in found.held] == ['.spec.containers[name="b"].image']
    assert found.intended["spec"]["containers"] == [
        {"name": "b"},
        {"name": "c", "image": "c:1"},
        {"name": "a", "image": "a:2"},
    ]


@pytest.mark.parametrize("value", [["x", "y"], {"a": "b"}], ids=["list", "map"])
def test_an_atomic_list_or_map_stays_whole(value: Any) -> None:
    theirs: Any = ["z"] if isinstance(value, list) else {"z": "z"}
    live = stored(
        obj(known.DEPLOYMENT, spec={"x": theirs, "y": 1}), entry("helm", {"f:spec": {"f:x": {}}}), without=("x",)
    )
    found = step(obj(known.DEPLOYMENT, spec={"x": value, "y": 2}), live=live)
    assert [entry.field for entry in found.held] == [".spec.x"]
    assert found.intended["spec"] == {"y": 2}


def test_entries_of_a_set_are_added_beside_those_of_others() -> None:
    def finalizers(*names: str) -> Json:
        made = obj(known.DEPLOYMENT, spec={"y": 1})
        made["metadata"]["finalizers"] = list(names)
        return made

    live = stored(finalizers("a"), entry("theirs", {"f:metadata": {"f:finalizers": {'v:"a"': {}}}}))
    found = step(finalizers("a", "b"), live=live)
    assert found.held == () and found.intended["metadata"]["finalizers"] == ["a", "b"]


def test_a_map_that_only_held_contested_fields_is_left_out() -> None:
    live = stored(deployment(), entry("kubectl-label", {"f:metadata": {"f:annotations": {"f:a": {}}}}))
    live["metadata"]["annotations"] = {"a": "theirs"}
    wanted = deployment(image="web:2")
    wanted["metadata"]["annotations"] = {"a": "ours"}
    found = step(wanted, live=live)
    assert [entry.field for entry in found.held] == [".metadata.annotations.a"]
    assert "annotations" not in found.intended["metadata"] and found.intended["metadata"]["labels"] == {
        PART_OF_LABEL: SET
    }


def autoscaler(least: int, most: int) -> Json:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    return obj(HPA, spec={"scaleTargetRef": target, "minReplicas": least, "maxReplicas": most})


@pytest.mark.parametrize(("most", "allowed"), [(5, "HorizontalPodAutoscaler web"), (2, "")])
def test_replicas_within_the_limits_of_a_written_autoscaler_are_as_written(most: int, allowed: str) -> None:
    live = scaled_by_hand()
    found = step(deployment(), autoscaler(1, most), live=live)
    assert stays(found) == [(".spec.replicas", ("kubectl",), allowed)]
    assert bool(found.differing) is not bool(allowed)


@pytest.mark.parametrize(
    ("limits", "is_as_written"),
    [({"maxReplicas": 4}, True), ({"minReplicas": 1}, True), ({"maxReplicas": 2}, False), ({}, False)],
    ids=str,
)
@pytest.mark.parametrize("how", [Conflicts.LEAVE, Conflicts.FAIL], ids=str)
def test_a_server_that_was_scaled_is_as_written_only_within_its_own_limits(
    limits: Json, is_as_written: bool, how: Conflicts
) -> None:
    live = stored(
        obj(known.SERVER, spec={"replicas": 1, **limits}),
        entry("manager", {"f:spec": {"f:replicas": {}}}),
        without=("replicas",),
    )
    live["spec"]["replicas"] = 3
    found = step(obj(known.SERVER, spec={"replicas": 1, **limits}), live=live, resource=known.SERVER, how=how)
    assert found.action is Action.UNCHANGED
    assert [entry.field for entry in found.held] == [".spec.replicas"]
    assert (found.differing == ()) is is_as_written


def created_by(manager: str, body: Json) -> Json:
    live = stored(body, entry(manager, fields_of(body["spec"])))
    live["metadata"]["managedFields"] = [entry(manager, {"f:spec": fields_of(body["spec"])})]
    del live["metadata"]["labels"]
    return live


def test_an_object_that_others_created_stays_whole_and_is_named_with_its_owner() -> None:
    made = plan(deployment(image="web:2", args=["new"]), live=created_by("kubectl-client-side-apply", deployment()))
    [shown] = result_of(made)["objects"]
    assert (shown["action"], made.changed, made.differs) == ("left alone", False, True)
    assert (
        shown["reason"]
        == f'exists already, applied by "kubectl-client-side-apply"; it differs in {WEB}.image, {WEB}.args'
    )
    assert [held["owners"] for held in shown["held"]] == [["kubectl-client-side-apply"]] * 2


def test_an_object_that_others_created_as_wanted_does_not_differ() -> None:
    made = plan(deployment(), live=created_by("kubectl-create", deployment()))
    assert not made.differs
    assert result_of(made)["objects"][0]["reason"].endswith("it already has the wanted content")


def test_a_value_in_the_notation_of_the_server_does_not_differ() -> None:
    def memory(amount: str) -> Json:
        return obj(known.DEPLOYMENT, spec={"memory": amount})

    found = step(memory("1024Mi"), live=created_by("kubectl-create", memory("1Gi")))
    assert [entry.field for entry in found.differing] == [".spec.memory"]
    [shown] = result_of(plan(memory("1024Mi"), live=created_by("kubectl-create", memory("1Gi"))))["objects"]
    assert shown["reason"].endswith("it differs in .spec.memory")
    stores_it_so = marked(found, {".spec.memory": _digests("1024Mi", "1Gi")})
    assert [entry.allowed_by for entry in stores_it_so.held] == [NOTATION] and stores_it_so.differing == ()
    assert marked(found, {".spec.memory": _digests("1024Mi", "2Gi")}).differing == found.differing


def _digests(wanted: str, live: str) -> list[str]:
    from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.compare import settle

    intent, live_object = obj(known.DEPLOYMENT, spec={"m": wanted}), stored(obj(known.DEPLOYMENT, spec={"m": live}))
    return settle(intent, live_object, OURS)[".spec.m"]


def test_what_nobody_else_owns_is_applied_to_an_object_that_others_created_if_it_is_joined() -> None:
    account = obj(known.SERVICE_ACCOUNT, "default", automountServiceAccountToken=False)
    live = stored(account)
    del live["automountServiceAccountToken"], live["metadata"]["labels"]
    live["imagePullSecrets"] = [{"name": "pull"}]
    live["metadata"]["managedFields"] = [entry("kubectl-patch", {"f:imagePullSecrets": {}})]
    found = step(account, live=live, resource=known.SERVICE_ACCOUNT, how=Conflicts.JOIN)
    assert (found.action, found.forced, found.held) == (Action.UPDATE, False, ())
    assert found.intended == account


def test_a_contested_field_refuses_the_set_or_is_taken_over_where_that_was_asked_for() -> None:
    [problem] = plan(deployment(), live=scaled_by_hand(), how=Conflicts.FAIL).problems
    assert problem == (
        'Deployment t/web: .spec.replicas belongs to "kubectl". '
        "Use its value, or take the field over with conflicts: take_over"
    )
    assert step(deployment(), live=scaled_by_hand(), how=Conflicts.TAKE_OVER).action is Action.TAKE_OVER


def test_no_value_of_a_secret_is_shown() -> None:
    secret = obj(known.SECRET, "s", data={"k": "czNjcjN0"})
    live = stored(secret, entry("kubectl-edit", {"f:data": {"f:k": {}}}), without=("k",))
    live["data"]["k"] = "dGhlaXJz"
    made = plan(secret, live=live, resource=known.SECRET)
    assert made.differs
    text = str(result_of(made)) + str(diffs(made.steps))
    assert "(hidden)" in text and "czNjcjN0" not in text and "dGhlaXJz" not in text


def test_an_objects_key_names_its_target() -> None:
    assert key_of(known.DEPLOYMENT, deployment()) == ObjectKey("apps", "Deployment", "t", "web")
