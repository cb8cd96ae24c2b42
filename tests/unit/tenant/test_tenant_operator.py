# SPDX-License-Identifier: GPL-3.0-or-later
"""A tenant's operator: a copy of the central one that is limited to the tenant."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.selector import Labels, read_selector
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.operators.central import (
    check_central,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.operators.record import find_operators
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.operators.snapshot import RbacSnapshot
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.seldon.operator_arguments import (
    tenant_arguments,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.operator.dedicated_operator import (
    dedicated_operator,
    operator_name,
    small_memory,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.options.operator import (
    OperatorOptions,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.tenant.builders import FULL, PLATFORM, RULES, KubeObject, central

LABEL = st.from_regex(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", fullmatch=True)
TAIL = ["--namespace=t", "--clusterwide=false"]


def operator(pattern: KubeObject | None = None, **arguments: Any) -> dict[str, KubeObject]:
    objects = dedicated_operator(pattern or central(), "t", PLATFORM, arguments.pop("rules", RULES), **arguments)
    return {obj["kind"]: obj for obj in objects}


def pod(deployment: KubeObject) -> KubeObject:
    found: KubeObject = deployment["spec"]["template"]["spec"]
    return found


def test_permissions_come_before_the_process_and_nothing_is_cluster_wide() -> None:
    objects = dedicated_operator(central(), "t", PLATFORM, RULES)
    assert [(obj["kind"], obj["metadata"]["namespace"]) for obj in objects] == [
        ("ServiceAccount", PLATFORM),
        ("Role", "t"),
        ("RoleBinding", "t"),
        ("Deployment", PLATFORM),
    ]


def test_what_is_taken_over_from_the_central_operator() -> None:
    pattern = central()
    ours, theirs = pod(operator(pattern)["Deployment"]), pod(pattern)
    for key in ("imagePullSecrets", "nodeSelector", "tolerations", "securityContext", "volumes"):
        assert ours[key] == theirs[key]
    for key in ("image", "imagePullPolicy", "resources", "securityContext", "volumeMounts", "command"):
        assert ours["containers"][0][key] == theirs["containers"][0][key]
    environment = {entry["name"]: entry.get("value") for entry in ours["containers"][0]["env"]}
    assert environment["CONTROL_PLANE_SECURITY_PROTOCOL"] == "SSL" and environment["LOG_LEVEL"] == "info"


def test_what_confines_it() -> None:
    built = operator()
    deployment = built["Deployment"]
    container = pod(deployment)["containers"][0]
    assert container["env"][0] == {"name": "POD_NAMESPACE", "value": "t"}
    assert [entry["name"] for entry in container["env"]].count("POD_NAMESPACE") == 1
    assert {"name": "CLUSTERWIDE", "value": "false"} in container["env"]
    assert container["args"] == ["--health-probe-bind-address=:8081", "--log-level=$(LOG_LEVEL)", *TAIL]
    assert deployment["spec"]["strategy"] == {"type": "Recreate"} and deployment["spec"]["replicas"] == 1
    name = built["ServiceAccount"]["metadata"]["name"]
    assert pod(deployment)["serviceAccountName"] == name and "serviceAccount" not in pod(deployment)
    assert built["RoleBinding"]["subjects"] == [{"kind": "ServiceAccount", "name": name, "namespace": PLATFORM}]


def test_the_reader_of_running_operators_sees_it_confined() -> None:
    [found] = find_operators([operator()["Deployment"]], RbacSnapshot([], [], [], []))
    assert found.watch.namespaces == ("t",) and found.lookup_namespace.value == "t"
    assert found.leader_elect is False and not found.start_error


def test_nothing_of_the_server_or_of_helm_is_taken_over() -> None:
    deployment = operator()["Deployment"]
    assert set(deployment["metadata"]) == {"name", "namespace", "labels"}
    assert set(deployment["spec"]) == {"replicas", "strategy", "selector", "template"} and "status" not in deployment
    template = deployment["spec"]["template"]["metadata"]
    assert template["annotations"] == {"example.com/inject": "false"}
    assert template["labels"]["cost-center"] == "platform" and "creationTimestamp" not in template
    assert "Helm" not in str(deployment)


def test_the_pattern_is_left_as_it_was() -> None:
    pattern = central()
    before = deepcopy(pattern)
    operator(pattern, options=OperatorOptions({"limits": {"memory": "256Mi"}}))
    assert pattern == before


def test_neither_operator_selects_the_pods_of_the_other() -> None:
    pattern = central()
    ours = operator(pattern)["Deployment"]["spec"]
    theirs = pattern["spec"]
    assert read_selector(ours["selector"], "s").matches(Labels(ours["template"]["metadata"]["labels"]))
    assert not read_selector(theirs["selector"], "s").matches(Labels(ours["template"]["metadata"]["labels"]))
    assert not read_selector(ours["selector"], "s").matches(Labels(theirs["template"]["metadata"]["labels"]))


def test_labels_that_a_custom_central_selector_asks_about_are_not_taken_over() -> None:
    pattern = central()
    pattern["spec"]["selector"] = {"matchLabels": {"app": "seldon"}}
    pattern["spec"]["template"]["metadata"]["labels"] = {"app": "seldon", "cost-center": "x"}
    labels = operator(pattern)["Deployment"]["spec"]["template"]["metadata"]["labels"]
    assert not read_selector(pattern["spec"]["selector"], "s").matches(Labels(labels)) and labels["cost-center"] == "x"
    assert check_central(pattern, "t") == []


def test_a_central_selector_that_matches_every_pod_is_a_problem() -> None:
    pattern = central()
    pattern["spec"]["selector"] = {"matchExpressions": [{"key": "no", "operator": "DoesNotExist"}]}
    [problem] = check_central(pattern, "t")
    assert problem.field == "spec.selector"


@pytest.mark.parametrize(
    ("given_arguments", "kept"),
    [
        (["--leader-elect", "--log-level=info"], ["--log-level=info"]),
        (["-leader-elect", "-log-level=info"], ["--log-level=info"]),
        (["--leader-elect=true", "--log-level", "info"], ["--log-level=info"]),
        (["--leader-elect=false", "--watch-namespaces", "a,b", "--log-level=info"], ["--log-level=info"]),
        (["--namespace", "--log-level=info", "--clusterwide"], []),
        (["--namespace", "x", "-clusterwide=1", "--metrics-bind-address=:1"], ["--metrics-bind-address=:1"]),
        (["--use-deployments-for-servers", "--zap-devel"], ["--use-deployments-for-servers", "--zap-devel"]),
        (["--log-level=info", "--leader-elect", "true", "--metrics-bind-address=:1"], ["--log-level=info"]),
        (["--log-level=info", "--", "--leader-elect"], ["--log-level=info"]),
        ([], []),
    ],
)
def test_arguments_in_every_spelling_of_go(given_arguments: list[str], kept: list[str]) -> None:
    assert tenant_arguments(given_arguments, "t") == [*kept, *TAIL]


def test_arguments_may_stand_in_the_command() -> None:
    pattern = central(args=["--log-level=info"])
    pod(pattern)["containers"][0]["command"] = ["/manager", "--leader-elect", "--health-probe-bind-address=:8081"]
    container = pod(operator(pattern)["Deployment"])["containers"][0]
    assert container["command"] == ["/manager"]
    assert container["args"] == ["--health-probe-bind-address=:8081", "--log-level=info", *TAIL]


def test_a_shell_around_the_operator_is_a_problem() -> None:
    pattern = central()
    pod(pattern)["containers"][0]["command"] = ["/bin/sh", "-c", "/manager --leader-elect"]
    assert check_central(pattern, "t")[0].field.endswith(".command")


def test_the_operators_container_is_found_beside_others() -> None:
    pattern = central()
    pod(pattern)["containers"].insert(
        0, {"name": "proxy", "image": "registry.example/proxy:1", "args": ["--leader-elect"]}
    )
    proxy, manager = pod(operator(pattern)["Deployment"])["containers"]
    assert proxy["args"] == ["--leader-elect"] and manager["args"][-2:] == TAIL


def test_resources_can_be_laid_over_those_of_the_central_operator() -> None:
    container = pod(operator(options=OperatorOptions({"limits": {"memory": "256Mi"}}))["Deployment"])["containers"][0]
    assert container["resources"] == {"limits": {"memory": "256Mi"}, "requests": {"cpu": "10m", "memory": "128Mi"}}


def test_a_memory_limit_below_what_was_measured_is_warned_of() -> None:
    pattern = central()
    assert small_memory(pattern, OperatorOptions()) == []
    pod(pattern)["containers"][0]["resources"]["limits"]["memory"] = "64Mi"
    assert "64Mi" in small_memory(pattern, OperatorOptions())[0].message
    assert small_memory(pattern, OperatorOptions({"limits": {"memory": "1Gi"}})) == []


def test_live_rules_are_taken_over_without_what_is_bogus() -> None:
    bogus = [
        {"nonResourceURLs": ["/metrics"], "verbs": ["get"]},
        {"apiGroups": ["node.k8s.io"], "resources": ["x"], "verbs": ["get"]},
    ]
    assert operator(rules=[*RULES, *bogus])["Role"]["rules"] == RULES[:3]


@pytest.mark.parametrize(
    "rule",
    [
        {"apiGroups": ["*"], "resources": ["secrets"], "verbs": FULL},
        {"apiGroups": [""], "resources": ["*"], "verbs": FULL},
        {"apiGroups": [""], "resources": ["pods/*"], "verbs": FULL},
        {"apiGroups": ["rbac.authorization.k8s.io"], "resources": ["roles"], "verbs": ["escalate"]},
    ],
)
def test_rules_that_are_too_wide_are_replaced_by_our_own(rule: KubeObject) -> None:
    rules = operator(rules=[*RULES, rule])["Role"]["rules"]
    assert rule not in rules and any("experiments/finalizers" in entry["resources"] for entry in rules)


@pytest.mark.parametrize(("tag", "slices"), [("2.9.1", False), ("2.10.2", True), ("latest", True)])
def test_without_live_rules_the_release_decides(tag: str, slices: bool) -> None:
    rules = operator(central(f"registry.example:5000/x/seldonv2-controller:{tag}"), rules=[])["Role"]["rules"]
    assert any("endpointslices" in rule["resources"] for rule in rules) is slices


@given(LABEL, LABEL)
def test_names_are_short_and_never_shared(one: str, other: str) -> None:
    assert len(operator_name(one)) <= 63
    assert one == other or operator_name(one) != operator_name(other)


def test_no_tenant_can_choose_the_shortened_name_of_another() -> None:
    long = operator_name("x" * 63)
    assert len(long) == 63
    forged = long.removeprefix("seldon-v2-controller-manager-")
    assert operator_name(forged) != long
    assert operator_name("fraud-detection") == "seldon-v2-controller-manager-fraud-detection"


@pytest.mark.parametrize(
    ("arguments", "watched"),
    [
        (None, False),
        (["--clusterwide", "--namespace=seldon-system"], True),
        (["--clusterwide", "--namespace=seldon-system", "--watch-namespaces=a,t"], True),
        (["--clusterwide", "--namespace=seldon-system", "--watch-namespaces=a"], False),
        (["--clusterwide=true", "--watch-namespaces=a"], True),
        (["--namespace=seldon-system", "--watch-namespaces=t"], False),
        (["--namespace=t"], True),
        ([], True),
    ],
)
def test_whether_the_central_operator_watches_the_tenant(arguments: list[str] | None, watched: bool) -> None:
    pattern = central(args=arguments)
    assert bool(check_central(pattern, "t")) is watched


def test_what_cannot_be_told_counts_as_watched() -> None:
    pattern = central()
    pod(pattern)["containers"][0]["env"][0] = {
        "name": "CLUSTERWIDE",
        "valueFrom": {"configMapKeyRef": {"name": "c", "key": "k"}},
    }
    assert "may watch t" in check_central(pattern, "t")[0].message


@pytest.mark.parametrize(
    ("expression", "matches"),
    [
        ({"key": "a", "operator": "In", "values": ["1", "2"]}, True),
        ({"key": "a", "operator": "In", "values": ["2"]}, False),
        ({"key": "b", "operator": "In", "values": ["1"]}, False),
        ({"key": "a", "operator": "NotIn", "values": ["2"]}, True),
        ({"key": "a", "operator": "NotIn", "values": ["1"]}, False),
        ({"key": "b", "operator": "NotIn", "values": ["1"]}, True),
        ({"key": "a", "operator": "Exists"}, True),
        ({"key": "b", "operator": "Exists"}, False),
        ({"key": "a", "operator": "DoesNotExist"}, False),
        ({"key": "b", "operator": "DoesNotExist"}, True),
    ],
)
def test_selectors_as_kubernetes_reads_them(expression: KubeObject, matches: bool) -> None:
    both = {"matchLabels": {"a": "2"}, "matchExpressions": [expression]}
    assert read_selector({"matchExpressions": [expression]}, "s").matches(Labels({"a": "1"})) is matches
    assert read_selector(both, "s").matches(Labels({"a": "1"})) is False


def test_a_tenants_operator_is_no_pattern() -> None:
    assert "not the central one" in check_central(operator()["Deployment"], "other")[0].message
