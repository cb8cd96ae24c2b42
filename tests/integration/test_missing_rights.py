# SPDX-License-Identifier: GPL-3.0-or-later
"""A credential that lacks one right, or several: all of them are named before anything is written, and no right is asked for that is not needed."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from time import sleep
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils.applyset.request import Given, Request
from ansible_collections.ml_platform.seldon.plugins.module_utils.applyset.run import apply_set
from ansible_collections.ml_platform.seldon.plugins.module_utils.kube.connection import connect
from ansible_collections.ml_platform.seldon.plugins.module_utils.kube.rights import Need, missing_rights
from ansible_collections.ml_platform.seldon.plugins.module_utils.preflight.request import ARGUMENT_SPEC
from ansible_collections.ml_platform.seldon.plugins.module_utils.preflight.run import run_preflight

from tests.integration.tenancy import PLATFORM, Result, Tenancy, own_lab
from tests.integration.test_tenant_monitoring import KINDS, install_definitions, stand_in_definition

RBAC, MONITORING, ADMISSION = "rbac.authorization.k8s.io", "monitoring.coreos.com", "admissionregistration.k8s.io"
VERBS = ("bind", "create", "delete", "escalate", "get", "list", "patch", "update", "watch")
RECEIVER = {"receivers": [{"type": "slack", "secret": {"name": "slack", "key": "url"}}]}

Right = tuple[str, str, str]
"""Group, plural and verb."""


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenancy]:
    """A lab for this module: its tests go on where the one before ended."""
    with own_lab(tmp_path_factory.mktemp("rights")) as found:
        found.install("2.10.2")
        yield found


@pytest.fixture(scope="module")
def monitored(alone: Tenancy) -> Tenancy:
    """The same with the kinds of the Prometheus Operator."""
    install_definitions(alone, [stand_in_definition(plural, kind) for plural, kind in KINDS.items()])
    return alone


_NAMES = (f"somebody-{number}" for number in count(1))


def user(tenancy: Tenancy, *lacking: Right) -> str:
    """Somebody new who may do everything but that."""
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
        while missing_rights(
            mine, [Need(("watch",), "", "namespaces")], executor
        ):  # the authorizer follows a moment later
            sleep(0.02)
    return name


def words(right: Right, namespace: str) -> str:
    group, plural, verb = right
    return f"{plural}{'.' if group else ''}{group} in namespace {namespace}: may not {verb}"


def test_monitoring_takes_no_right_where_its_kinds_are_not_served(alone: Tenancy) -> None:
    alone.done("unmonitored", impersonate_user=user(alone), monitoring=RECEIVER)


NEEDED: list[Right] = [
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


def test_a_new_tenant_is_refused_for_each_right_that_is_missing(monitored: Tenancy) -> None:
    for right in NEEDED:
        said = monitored.refused("fresh", impersonate_user=user(monitored, right), monitoring=RECEIVER)
        assert words(right, "fresh") in said, said
    assert "fresh" not in monitored.lab.kubectl("get", "namespaces")


def test_all_missing_rights_are_named_at_once(monitored: Tenancy) -> None:
    somebody = user(monitored, *NEEDED)
    said = monitored.refused("fresh", impersonate_user=somebody, monitoring=RECEIVER)
    assert [right for right in NEEDED if words(right, "fresh") not in said] == []
    assert said.count(": may not ") == len(NEEDED) + 1 and f"configmaps in namespace {PLATFORM}: may not patch" in said
    # Without what it does not ask for, these rights are not either.
    quiet = monitored.refused("fresh", impersonate_user=somebody, monitoring={"enabled": False}, network_policies=False)
    assert "monitoring.coreos.com" not in quiet and "networkpolicies" not in quiet and "rolebindings" in quiet


def test_kinds_that_may_not_even_be_read_are_named_at_once(monitored: Tenancy) -> None:
    monitored.done("seen", monitoring={"enabled": False})
    hidden = [(MONITORING, plural, verb) for plural in KINDS for verb in VERBS if verb != "watch"]
    said = monitored.refused("seen", impersonate_user=user(monitored, *hidden), monitoring=RECEIVER)
    assert [
        plural
        for plural in KINDS
        if f"{plural}.{MONITORING} in namespace seen: may not create, get, list, patch" not in said
    ] == []


def test_what_is_turned_off_takes_the_right_to_delete_it(monitored: Tenancy) -> None:
    monitored.done("off", monitoring=RECEIVER)
    gone = [(MONITORING, plural, "delete") for plural in KINDS] + [
        ("networking.k8s.io", "networkpolicies", "delete"),
        ("", "configmaps", "delete"),
    ]
    somebody = user(monitored, *gone)
    off: dict[str, Any] = {"monitoring": {"enabled": False}, "network_policies": False, "readme": {"enabled": False}}
    said = monitored.refused("off", impersonate_user=somebody, **off)
    assert [right for right in gone if words(right, "off") not in said] == [] and said.count(": may not ") == len(gone)
    assert not monitored.done("off", impersonate_user=somebody, monitoring=RECEIVER)["changed"]
    monitored.done("off", impersonate_user=user(monitored), **off)


def preflight(tenancy: Tenancy, impersonate_user: str = "", **options: Any) -> Result:
    """Of a platform whose charts somebody else manages."""
    defaults = {name: spec.get("default") for name, spec in ARGUMENT_SPEC.items()}
    params = {
        **defaults,
        "role_path": "/roles/seldon_core",
        "manage": False,
        "impersonate_user": impersonate_user or None,
        **options,
    }
    return run_preflight(params, tenancy.lab.environment)


def test_the_platform_is_refused_for_each_right_that_is_missing_to_turn_on_or_off(alone: Tenancy) -> None:
    on = [
        ("networking.k8s.io", "networkpolicies"),
        ("", "configmaps"),
        (ADMISSION, "validatingadmissionpolicies"),
        (ADMISSION, "validatingadmissionpolicybindings"),
    ]

    def missing(verb: str, **options: Any) -> None:
        seeded = [(group, plural, verb) for group, plural in on]
        said = preflight(alone, user(alone, *seeded), **options)["msg"]
        assert f"{len(on)} problems" in said and said.count(f": may not {verb}") == len(on)
        for group, plural, _ in seeded:
            once = preflight(alone, user(alone, (group, plural, verb)), **options)["msg"]
            assert (
                "problems" not in once
                and f"{plural}{'.' if group else ''}{group}" in once
                and f": may not {verb}" in once
            )

    missing("create", network_policies=True)
    found = preflight(alone, network_policies=True)
    given = [Given(obj) for obj in [*found["network_policies"], *found["scoping_guard"]]]
    client = connect({"kubeconfig": str(alone.lab.kubeconfig)})
    apply_set(
        client,
        Request(name="seldon-core", inventory_namespace=PLATFORM, given=given, namespace=PLATFORM),
        progress=lambda _text: None,
    )
    assert "msg" not in preflight(
        alone, user(alone, *[(group, plural, "delete") for group, plural in on]), network_policies=True
    )
    missing("delete", network_policies=False, scoping_guard=False)
