# SPDX-License-Identifier: GPL-3.0-or-later
"""``kubectl delete namespace`` of a tenant: it ends by itself, or by the one command that every message names."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset import entry_point as applyset
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.entry_point import result_of
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.invocation import Invocation
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.terminating import completion
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.ownership.labels import TENANT
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.operator.dedicated_operator import (
    operator_name,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_drain import entry_point as drain
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_drain.deletion_guard import (
    deletion_guard,
)

from lab.layout import REPOSITORY
from tests.integration.tenancy import PLATFORM, Result, Tenancy

EXAMPLE = REPOSITORY / "examples" / "fraud-detection" / "k8s" / "base"
CONTROLLER = "system:serviceaccount:kube-system:namespace-controller"
RETRY = 90.0
"""Kubernetes attempts the deletion of a namespace again after at most a minute."""


def module(entry_point: Any, tenancy: Tenancy, *, check: bool = False, **options: Any) -> Result:
    """The result of a module, also of a refused one."""
    params = {name: options.get(name, spec.get("default")) for name, spec in entry_point.ARGUMENT_SPEC.items()}
    result: Result = result_of(entry_point, params, Invocation(tenancy.lab.environment, check_mode=check))
    return result


def kubectl(tenancy: Tenancy, *arguments: str) -> subprocess.CompletedProcess[str]:
    """kubectl, with its warnings."""
    program = str(tenancy.lab.bin / "kubectl")
    return subprocess.run(
        [program, *arguments], env=tenancy.lab.environment, capture_output=True, text=True, check=False
    )


def exists(tenancy: Tenancy, tenant: str) -> bool:
    return bool(tenancy.lab.kubectl("get", "namespace", tenant, "--ignore-not-found", "-o", "name").strip())


def gone(tenancy: Tenancy, tenant: str) -> Callable[[], bool]:
    return lambda: not exists(tenancy, tenant)


def delete(tenancy: Tenancy, tenant: str) -> None:
    tenancy.lab.kubectl("delete", "namespace", tenant, "--wait=false")


def condition(tenancy: Tenancy, tenant: str, kind: str) -> str:
    """The message of a condition of the Namespace that is True; empty where there is none."""
    status = tenancy.get("namespace", tenant).get("status", {})
    found = [c for c in status.get("conditions", []) if c["type"] == kind and c["status"] == "True"]
    return found[0]["message"] if found else ""


def held(tenancy: Tenancy, tenant: str) -> set[str]:
    """The kinds of Seldon with objects in the namespace."""
    kinds = ("experiments", "models", "seldonruntimes", "servers")
    return {kind for kind in kinds if tenancy.names(f"{kind}.mlops.seldon.io", tenant)}


def stuck(tenancy: Tenancy, tenant: str) -> bool:
    """Whether only what nobody releases is left: neither pods nor Servers."""
    return not tenancy.names("pods", tenant) and "servers" not in held(tenancy, tenant)


@pytest.fixture
def models(tmp_path: Path) -> list[Path]:
    """The example team's folder, for a namespace of any name."""
    for source in EXAMPLE.glob("*.yaml"):
        (tmp_path / source.name).write_text(source.read_text().replace("namespace: fraud-detection\n", "\n"))
    return [tmp_path]


@pytest.fixture
def guarded(tenancy: Tenancy) -> Iterator[Tenancy]:
    """With the deletion guard in force, as the platform's role applies it."""
    objects = deletion_guard()
    tenancy.lab.kubectl("create", "namespace", "probe")
    tenancy.patch("namespace", "probe", "", {"metadata": {"labels": {TENANT: "probe"}}})
    tenancy.apply({"apiVersion": "v1", "kind": "List", "items": objects}, "--server-side")
    tenancy.until("the guard is in force", lambda: "Warning" in try_to_delete(tenancy, "probe").stderr)
    yield tenancy
    tenancy.lab.kubectl("delete", *(f"{obj['kind'].lower()}/{obj['metadata']['name']}" for obj in objects))
    tenancy.lab.kubectl("delete", "namespace", "probe")
    tenancy.until("the guard is gone", lambda: not exists(tenancy, "probe"))


def try_to_delete(tenancy: Tenancy, tenant: str) -> subprocess.CompletedProcess[str]:
    return kubectl(tenancy, "delete", "namespace", tenant, "--dry-run=server")


def permissions_are_held(tenancy: Tenancy, tenant: str) -> bool:
    """Whether Kubernetes may not delete them at this moment."""
    name = "rolebinding/seldon-v2-manager-rolebinding"
    done = kubectl(tenancy, "delete", name, "-n", tenant, "--dry-run=server", f"--as={CONTROLLER}")
    return "are kept until it has released" in done.stderr


def test_whoever_deletes_a_tenants_namespace_reads_the_command(guarded: Tenancy) -> None:
    assert completion("probe") in try_to_delete(guarded, "probe").stderr
    assert "Warning" not in try_to_delete(guarded, "default").stderr


def test_a_tenant_without_models_ends_by_itself(guarded: Tenancy) -> None:
    guarded.done("plain")
    guarded.until("the guard knows the runtime", lambda: permissions_are_held(guarded, "plain"))
    delete(guarded, "plain")
    guarded.until("the namespace is gone", gone(guarded, "plain"), RETRY)


def test_an_operator_that_was_down_comes_back_and_ends_the_tenant(guarded: Tenancy) -> None:
    guarded.done("paused")
    guarded.until("the guard knows the runtime", lambda: permissions_are_held(guarded, "paused"))
    operator = f"deployment/{operator_name('paused')}"
    guarded.lab.kubectl("scale", operator, "--replicas=0", "-n", PLATFORM)
    guarded.lab.kubectl("rollout", "status", operator, "-n", PLATFORM, "--timeout=60s")
    delete(guarded, "paused")
    guarded.until(
        "Kubernetes reports what is kept",
        lambda: completion("paused") in condition(guarded, "paused", "NamespaceDeletionContentFailure"),
    )
    assert "seldon-v2-manager-role" in guarded.names("roles", "paused")
    guarded.lab.kubectl("scale", operator, "--replicas=1", "-n", PLATFORM)
    guarded.until("the namespace is gone", gone(guarded, "paused"), RETRY)


def test_people_can_still_delete_the_permissions(guarded: Tenancy) -> None:
    guarded.done("byhand")
    guarded.until("the guard knows the runtime", lambda: permissions_are_held(guarded, "byhand"))
    guarded.lab.kubectl("delete", "role", "seldon-v2-manager-role", "-n", "byhand", "--dry-run=server")


def test_a_tenant_with_models_is_ended_by_the_command_and_comes_back(guarded: Tenancy, models: list[Path]) -> None:
    guarded.done("drained", models)
    delete(guarded, "drained")
    guarded.until("only what nobody releases is left", lambda: stuck(guarded, "drained"), RETRY)
    said = guarded.refused("drained", models)
    assert "Namespace drained: is being deleted" in said and completion("drained") in said
    expected = {"Experiment fraud-ab-test-experiment", "Model fraud-v1-baseline", "Model fraud-v2-candidate"}
    mark = guarded.lab.audit.mark()
    planned = module(drain, guarded, namespace="drained", check=True)
    assert {entry["object"] for entry in planned["released"]} >= expected and not planned["gone"]
    assert guarded.writes(mark) == []
    result = module(drain, guarded, namespace="drained", wait_timeout=RETRY)
    assert result["gone"] and {entry["object"] for entry in result["released"]} >= expected, result
    assert not exists(guarded, "drained")
    guarded.done("drained", models)
    mark = guarded.lab.audit.mark()
    assert not guarded.done("drained", models)["changed"]
    assert guarded.writes(mark) == []


def test_a_namespace_that_was_stuck_before_the_guard_is_ended_by_the_command(
    tenancy: Tenancy, models: list[Path]
) -> None:
    tenancy.done("stuck", models)
    delete(tenancy, "stuck")
    tenancy.until("the permissions are gone", lambda: not tenancy.names("roles", "stuck"), RETRY)
    assert {"experiments", "models"} <= held(tenancy, "stuck")
    assert module(drain, tenancy, namespace="stuck", wait_timeout=RETRY)["gone"]


def test_a_removal_that_meets_a_deletion_names_the_command_and_ends_after_it(
    guarded: Tenancy, models: list[Path]
) -> None:
    """The operator is gone already, as after a removal in the wrong order that was interrupted."""
    tenant = "halfway"
    absent = {"name": tenant, "inventory_namespace": PLATFORM, "state": "absent"}
    guarded.done(tenant, models)
    guarded.lab.kubectl("delete", "deployment", operator_name(tenant), "-n", PLATFORM)
    delete(guarded, tenant)
    guarded.until("only what nobody releases is left", lambda: stuck(guarded, tenant), RETRY)
    said = module(applyset, guarded, **absent, wait_timeout=2.0)["msg"]
    assert "held by finalizer seldon" in said
    assert f"Namespace {tenant}: is being deleted; wait until it is gone" in said and completion(tenant) in said
    assert module(drain, guarded, namespace=tenant, wait_timeout=RETRY)["gone"]
    assert not module(applyset, guarded, **absent, wait_timeout=RETRY).get("failed")
    left = guarded.lab.kubectl("get", "all,cm,sa,netpol", "-n", PLATFORM, "-l", f"{TENANT}={tenant}", "-o", "name")
    assert left.strip() == ""


def test_a_foreign_finalizer_is_named_and_stays(tenancy: Tenancy) -> None:
    tenancy.done("foreign")
    tenancy.patch(
        "seldonruntime",
        "seldon",
        "foreign",
        {"metadata": {"finalizers": ["seldon.runtime.finalizer", "example.com/hold"]}},
    )
    delete(tenancy, "foreign")
    result = module(drain, tenancy, namespace="foreign", wait_timeout=10.0)
    assert result["failed"] and not result["gone"]
    assert "SeldonRuntime foreign/seldon: metadata.finalizers: is held by example.com/hold" in result["msg"]
    assert tenancy.get("seldonruntime", "seldon", "foreign")["metadata"]["finalizers"] == ["example.com/hold"]
    tenancy.patch("seldonruntime", "seldon", "foreign", {"metadata": {"finalizers": None}})
    assert module(drain, tenancy, namespace="foreign", wait_timeout=RETRY)["gone"]


@pytest.mark.parametrize(
    ("namespace", "said"),
    [
        ("kept", "Namespace kept: metadata.deletionTimestamp: is not being deleted"),
        (PLATFORM, f"Namespace {PLATFORM}: metadata.deletionTimestamp: is not being deleted"),
    ],
)
def test_no_deletion_is_begun(tenancy: Tenancy, namespace: str, said: str) -> None:
    tenancy.done("kept")
    mark = tenancy.lab.audit.mark()
    result = module(drain, tenancy, namespace=namespace)
    assert result["failed"] and result["msg"].startswith(said)
    assert tenancy.writes(mark) == []


def test_a_namespace_of_nobody_is_refused(tenancy: Tenancy) -> None:
    tenancy.lab.kubectl("create", "namespace", "nobodys")
    object_ = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "h", "finalizers": ["example.com/hold"]}}
    tenancy.apply(object_, "-n", "nobodys")
    delete(tenancy, "nobodys")
    result = module(drain, tenancy, namespace="nobodys")
    assert result["failed"] and f"metadata.labels.{TENANT}: is not a tenant's" in result["msg"]
    tenancy.patch("configmap", "h", "nobodys", {"metadata": {"finalizers": None}})


def test_a_namespace_that_does_not_exist_is_gone(tenancy: Tenancy) -> None:
    assert module(drain, tenancy, namespace="never-was") == {"changed": False, "gone": True, "released": []}
