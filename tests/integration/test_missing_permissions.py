# SPDX-License-Identifier: GPL-3.0-or-later
"""A credential without one or several permissions: the message names all of them before anything is written, and no
unneeded permission is required.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from time import sleep
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.request import Given, Request
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.run import apply_set
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.connection import connect
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.invocation import Invocation
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.permissions import (
    Need,
    missing_permissions,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.preflight import entry_point

from tests.integration.tenancy import PLATFORM, Result, Tenancy, own_lab
from tests.integration.test_tenant_monitoring import KINDS, install_definitions, stand_in_definition

RBAC, MONITORING, ADMISSION = "rbac.authorization.k8s.io", "monitoring.coreos.com", "admissionregistration.k8s.io"
VERBS = ("bind", "create", "delete", "escalate", "get", "list", "patch", "update", "watch")
RECEIVER = {"receivers": [{"type": "slack", "secret": {"name": "slack", "key": "url"}}]}

Permission = tuple[str, str, str]
"""Group, plural and verb."""


@pytest.fixture(scope="module")
def module_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenancy]:
    """A lab for this module. Each test continues from the state of the previous one."""
    with own_lab(tmp_path_factory.mktemp("rights")) as found:
        found.install("2.10.2")
        yield found


@pytest.fixture(scope="module")
def monitored(module_lab: Tenancy) -> Tenancy:
    """The lab with the kinds of the Prometheus Operator."""
    install_definitions(module_lab, [stand_in_definition(plural, kind) for plural, kind in KINDS.items()])
    return module_lab


_NAMES = (f"somebody-{number}" for number in count(1))


def user(tenancy: Tenancy, *lacking: Permission) -> str:
    """A new user with all permissions except for these."""
    name = next(_NAMES)
    without: dict[tuple[str, str], set[str]] = {}
    for group, plural, verb in lacking:
        without.setdefault((group, plural), set()).add(verb)
    served = connect({"kubeconfig": str(tenancy.lab.kubeconfig)}).discover().resources
    rules = [
        {
            "apiGroups": [group],
            "resources": [plural],
            "verbs": [verb for verb in VERBS if verb not in without.get((group, plural), ())],
        }
        for group, plural in sorted({(resource.group, resource.plural) for resource in served})
    ]
    reference = {"apiGroup": RBAC, "kind": "ClusterRole", "name": name}
    tenancy.apply({"apiVersion": f"{RBAC}/v1", "kind": "ClusterRole", "metadata": {"name": name}, "rules": rules})
    subject = {"apiGroup": RBAC, "kind": "User", "name": name}
    tenancy.apply(
        {
            "apiVersion": f"{RBAC}/v1",
            "kind": "ClusterRoleBinding",
            "metadata": {"name": name},
            "subjects": [subject],
            "roleRef": reference,
        }
    )
    mine = connect({"kubeconfig": str(tenancy.lab.kubeconfig), "impersonate_user": name})
    with ThreadPoolExecutor(max_workers=1) as executor:
        while missing_permissions(
            mine, [Need(("watch",), "", "namespaces")], executor
        ):  # the authorizer applies it a moment later
            sleep(0.02)
    return name


def words(right: Permission, namespace: str) -> str:
    group, plural, verb = right
    return f"{plural}{'.' if group else ''}{group} in namespace {namespace}: no permission to {verb}"


def test_monitoring_takes_no_permission_where_its_kinds_are_not_served(module_lab: Tenancy) -> None:
    module_lab.done("unmonitored", impersonate_user=user(module_lab), monitoring=RECEIVER)


NEEDED: list[Permission] = [
    (MONITORING, "podmonitors", "create"),
    (MONITORING, "servicemonitors", "patch"),
    (MONITORING, "prometheusrules", "create"),
    (MONITORING, "alertmanagerconfigs", "create"),
    ("networking.k8s.io", "networkpolicies", "create"),
    ("", "configmaps", "patch"),
    ("", "resourcequotas", "create"),
    (RBAC, "rolebindings", "create"),
    ("mlops.seldon.io", "seldonruntimes", "create"),
]


def test_a_new_tenant_is_refused_for_each_permission_that_is_missing(monitored: Tenancy) -> None:
    for right in NEEDED:
        said = monitored.refused("fresh", impersonate_user=user(monitored, right), monitoring=RECEIVER)
        assert words(right, "fresh") in said, said
    assert "fresh" not in monitored.lab.kubectl("get", "namespaces")


def test_all_missing_permissions_are_named_at_once(monitored: Tenancy) -> None:
    somebody = user(monitored, *NEEDED)
    said = monitored.refused("fresh", impersonate_user=somebody, monitoring=RECEIVER)
    assert [right for right in NEEDED if words(right, "fresh") not in said] == []
    assert (
        said.count(": no permission to ") == len(NEEDED) + 1
        and f"configmaps in namespace {PLATFORM}: no permission to patch" in said
    )
    # Without monitoring and policies, their permissions are not required.
    quiet = monitored.refused("fresh", impersonate_user=somebody, monitoring={"enabled": False}, network_policies=False)
    assert "monitoring.coreos.com" not in quiet and "networkpolicies" not in quiet and "rolebindings" in quiet


def test_kinds_that_may_not_even_be_read_are_named_at_once(monitored: Tenancy) -> None:
    monitored.done("seen", monitoring={"enabled": False})
    hidden = [(MONITORING, plural, verb) for plural in KINDS for verb in VERBS if verb != "watch"]
    said = monitored.refused("seen", impersonate_user=user(monitored, *hidden), monitoring=RECEIVER)
    assert [
        plural
        for plural in KINDS
        if f"{plural}.{MONITORING} in namespace seen: no permission to create, get, list, patch" not in said
    ] == []


def test_what_is_turned_off_takes_the_permission_to_delete_it(monitored: Tenancy) -> None:
    monitored.done("off", monitoring=RECEIVER)
    gone = [(MONITORING, plural, "delete") for plural in KINDS] + [
        ("networking.k8s.io", "networkpolicies", "delete"),
        ("", "configmaps", "delete"),
    ]
    somebody = user(monitored, *gone)
    off: dict[str, Any] = {"monitoring": {"enabled": False}, "network_policies": False, "readme": {"enabled": False}}
    said = monitored.refused("off", impersonate_user=somebody, **off)
    assert [right for right in gone if words(right, "off") not in said] == [] and said.count(
        ": no permission to "
    ) == len(gone)
    assert not monitored.done("off", impersonate_user=somebody, monitoring=RECEIVER)["changed"]
    monitored.done("off", impersonate_user=user(monitored), **off)


def preflight(tenancy: Tenancy, impersonate_user: str = "", **options: Any) -> Result:
    """A preflight for a platform whose charts are managed by others."""
    defaults = {name: spec.get("default") for name, spec in entry_point.ARGUMENT_SPEC.items()}
    params = {
        **defaults,
        "role_path": "/roles/seldon_core",
        "manage": False,
        "impersonate_user": impersonate_user or None,
        **options,
    }
    return entry_point.run(params, Invocation(tenancy.lab.environment))


def test_the_platform_is_refused_for_each_permission_that_is_missing_to_turn_on_or_off(module_lab: Tenancy) -> None:
    on = [
        ("networking.k8s.io", "networkpolicies"),
        ("", "configmaps"),
        (ADMISSION, "validatingadmissionpolicies"),
        (ADMISSION, "validatingadmissionpolicybindings"),
    ]

    def missing(verb: str, **options: Any) -> None:
        seeded = [(group, plural, verb) for group, plural in on]
        said = preflight(module_lab, user(module_lab, *seeded), **options)["msg"]
        assert f"{len(on)} problems" in said and said.count(f": no permission to {verb}") == len(on)
        for group, plural, _ in seeded:
            once = preflight(module_lab, user(module_lab, (group, plural, verb)), **options)["msg"]
            assert (
                "problems" not in once
                and f"{plural}{'.' if group else ''}{group}" in once
                and f": no permission to {verb}" in once
            )

    missing("create", network_policies=True)
    found = preflight(module_lab, network_policies=True)
    given = [Given(obj) for obj in [*found["network_policies"], *found["scoping_guard"]]]
    client = connect({"kubeconfig": str(module_lab.lab.kubeconfig)})
    apply_set(
        client,
        Request(name="seldon-core", inventory_namespace=PLATFORM, given=given, namespace=PLATFORM),
        progress=lambda _text: None,
    )
    assert "msg" not in preflight(
        module_lab, user(module_lab, *[(group, plural, "delete") for group, plural in on]), network_policies=True
    )
    missing("delete", network_policies=False, scoping_guard=False)
