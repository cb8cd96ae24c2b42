# SPDX-License-Identifier: GPL-3.0-or-later
"""The platform that the chart will create, in place of the existing one."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.inventory import (
    PART_OF_LABEL,
    applyset_id,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.render import as_line
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.preflight.expectation import expected_objects
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.expectation import (
    Expectation,
    as_expected,
    expected_of,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.next_steps import missing_platform
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.snapshot import PlatformSnapshot

from tests.unit.tenant.builders import MANAGER, PLATFORM, KubeObject, central, platform, server_config

RENDERED = """
apiVersion: v1
kind: ServiceAccount
metadata: {name: seldon-v2-controller-manager}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: seldon-v2-controller-manager, namespace: elsewhere, labels: null}
spec: {replicas: 1}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: other}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: seldon-v2-manager-role}
rules: [{apiGroups: [""], resources: [secrets], verbs: [get]}]
---
apiVersion: mlops.seldon.io/v1alpha1
kind: SeldonConfig
metadata: {name: default}
spec: {components: [{name: a, labels: }]}
---
# an empty document, and two that are not objects
---
[]
---
kind: [ServerConfig]
"""


def test_of_a_rendering_only_what_tenants_are_made_from_is_expected() -> None:
    found, problems = expected_objects(RENDERED, [server_config("gpu")], PLATFORM)
    assert [(obj["kind"], obj["metadata"]["name"], obj["metadata"]["namespace"]) for obj in found] == [
        ("Deployment", "seldon-v2-controller-manager", PLATFORM),
        ("Role", "seldon-v2-manager-role", PLATFORM),
        ("SeldonConfig", "default", PLATFORM),
        ("ServerConfig", "gpu", PLATFORM),
    ]
    assert found[0]["metadata"].keys() == {"name", "namespace"} and found[2]["spec"] == {"components": [{"name": "a"}]}
    assert not problems and expected_objects("", [], PLATFORM) == ([], [])


def test_a_rendering_that_cannot_be_read_is_a_problem() -> None:
    objects, [problem] = expected_objects("a: [\n", [], PLATFORM)
    assert not objects
    assert "its rendering cannot be read" in as_line(problem)


def test_what_is_expected_takes_the_place_of_what_is_there() -> None:
    newer = central(image="registry.example/seldonv2-controller:2.10.2")
    there = platform()
    later = as_expected(
        there, Expectation([newer, server_config("gpu"), {**server_config("mlserver"), "spec": {"new": True}}])
    )
    assert (
        later.central == newer
        and later.manager_rules == there.manager_rules
        and later.seldon_configs == there.seldon_configs
    )
    specs = {obj["metadata"]["name"]: obj["spec"] for obj in later.server_configs}
    assert specs["mlserver"] == {"new": True} and "gpu" in specs
    assert len(specs) == len(later.server_configs)
    role = expected_objects(RENDERED, [], PLATFORM)[0][1]
    assert as_expected(PlatformSnapshot(PLATFORM, None), Expectation([role])).manager_rules == role["rules"]
    assert as_expected(there, Expectation()) == there


def test_only_this_cluster_and_platform_counts() -> None:
    platforms = [
        {"server": server, "namespace": namespace, "objects": [f"{server}/{namespace}"], "kinds": namespace == "q"}
        for server in ("https://a", "https://b")
        for namespace in ("p", "q")
    ]
    assert expected_of(platforms, "https://b", "q") == Expectation(["https://b/q"], kinds=True, whole=True)
    assert expected_of([], "https://b", "q") == Expectation()


def test_a_platform_of_the_run_in_another_namespace_is_named_instead_of_installed_again() -> None:
    platforms = [
        {"server": "https://a", "namespace": "ml", "objects": [], "kinds": True},
        {"server": "https://b", "namespace": "other", "objects": [], "kinds": True},
    ]
    expected = expected_of(platforms, "https://a", "seldon-system")
    assert expected == Expectation(elsewhere=("ml",))
    platform = as_expected(PlatformSnapshot("seldon-system", None), expected)
    assert "; ".join(map(str, missing_platform(platform))) == (
        "the platform of this run is in namespace ml, and tenant_namespace_platform_namespace is seldon-system; "
        "set tenant_namespace_platform_namespace to ml, or set seldon_core_namespace for the tenants too, for example in "
        "the group all"
    )
    alone = "; ".join(
        map(str, missing_platform(as_expected(PlatformSnapshot("seldon-system", None), expected_of([], "x", "y"))))
    )
    assert alone == (
        "install the platform first: ansible-playbook playbooks/seldon_deploy.yml; if it is in another namespace, set "
        "tenant_namespace_platform_namespace or seldon_core_namespace for this host"
    )


def test_a_config_that_the_platform_no_longer_gives_is_going_to_be_gone() -> None:
    def given(
        name: str, *others: str, manager: str = MANAGER, part_of: str = applyset_id("seldon-core", PLATFORM)
    ) -> KubeObject:
        fields = {"fieldsType": "FieldsV1", "fieldsV1": {"f:spec": {"f:podSpec": {}}}}
        entries = [
            {"manager": manager, "operation": "Apply", **fields},
            *({"manager": other, "operation": "Update", **fields} for other in others),
        ]
        config = server_config(name)
        return {
            **config,
            "metadata": {**config["metadata"], "labels": {PART_OF_LABEL: part_of}, "managedFields": entries},
        }

    live = [
        given("gone"),
        given("stays"),
        given("changed", "kubectl-edit"),
        given("another", part_of="applyset-x-v1"),
        given("theirs", manager="helm"),
        server_config("chart"),
    ]
    there = replace(platform(), server_configs=live)
    later = as_expected(there, Expectation([server_config("stays")], whole=True))
    assert sorted(obj["metadata"]["name"] for obj in later.server_configs) == [
        "another",
        "changed",
        "chart",
        "stays",
        "theirs",
    ]
    assert as_expected(there, Expectation()).server_configs == live
