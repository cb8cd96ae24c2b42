# SPDX-License-Identifier: GPL-3.0-or-later
"""Seldon Core 2.9.1, and its upgrade to 2.10.2. Each test continues from the state of the previous one."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.layout import REPOSITORY
from lab.operator.pace import Pace, write_pace
from tests.integration.tenancy import CENTRAL, PLATFORM, Tenancy, actions, own_lab

EXAMPLES = REPOSITORY / "examples"
TENANTS = ("fraud-detection", "recommendation-engine")


@pytest.fixture(scope="module")
def release_2_9(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenancy]:
    """A separate lab with the platform 2.9.1."""
    with own_lab(tmp_path_factory.mktemp("releases")) as found:
        found.install("2.9.1")
        yield found


def manifests(tenant: str) -> list[Path]:
    return [EXAMPLES / tenant / "k8s" / "base"]


def operator_image(tenancy: Tenancy, name: str) -> str:
    return str(tenancy.get("deployment", name, PLATFORM)["spec"]["template"]["spec"]["containers"][0]["image"])


def conditions(tenancy: Tenancy, tenant: str) -> dict[str, str]:
    found = tenancy.get("server", "mlserver", tenant)["status"]["conditions"]
    return {entry["type"]: entry["status"] for entry in found}


def test_the_whole_flow_on_2_9(release_2_9: Tenancy) -> None:
    for tenant in TENANTS:
        predicted = release_2_9.done(tenant, manifests(tenant), check=True)
        real = release_2_9.done(tenant, manifests(tenant))
        assert actions(predicted) == actions(real)
        assert operator_image(release_2_9, f"{CENTRAL}-{tenant}") == operator_image(release_2_9, CENTRAL)
        assert operator_image(release_2_9, CENTRAL).endswith(":2.9.1")
        assert conditions(release_2_9, tenant)["StatefulSetReady"] == "True"
        config = release_2_9.get("serverconfig", "mlserver-config", tenant)["spec"]["podSpec"]["containers"]
        template = release_2_9.get("statefulset", "mlserver", tenant)["spec"]["template"]["spec"]["containers"]
        assert {c["name"]: c["image"] for c in template} == {c["name"]: c["image"] for c in config}
        mark = release_2_9.lab.audit.mark()
        assert not release_2_9.done(tenant, manifests(tenant))["changed"]
        assert release_2_9.writes(mark) == []


def test_an_upgrade_of_the_platform_reaches_each_tenant_with_its_next_run(release_2_9: Tenancy) -> None:
    """One Server is not ready at that moment: its old condition stays False forever under the new operator."""
    stuck, fine = TENANTS
    release_2_9.lab.kubectl(
        "patch", "server", "mlserver", "-n", stuck, "--type=merge", "-p", json.dumps({"spec": {"serverConfig": "gone"}})
    )
    release_2_9.lab.kubectl(
        "wait", "--for=condition=StatefulSetReady=False", "server/mlserver", "-n", stuck, "--timeout=30s"
    )
    release_2_9.install("2.10.2")
    for tenant in TENANTS:
        assert operator_image(release_2_9, f"{CENTRAL}-{tenant}").endswith(":2.9.1")
    write_pace(release_2_9.lab.layout.pace, Pace.STOPPED)
    early = release_2_9.run(fine, manifests(fine), wait_timeout=8)
    assert early["failed"] and "has not written StatefulSetOrDeploymentReady yet" in early["msg"]
    assert f"kubectl logs deployment/{CENTRAL}-{fine} -n {PLATFORM}" in early["msg"]
    assert operator_image(release_2_9, f"{CENTRAL}-{fine}").endswith(":2.10.2")
    again = release_2_9.run(fine, manifests(fine), wait_timeout=8)
    assert again["failed"] and not again["changed"]
    write_pace(release_2_9.lab.layout.pace, Pace.SLOW)
    release_2_9.done(fine, manifests(fine))
    write_pace(release_2_9.lab.layout.pace, Pace.NORMAL)
    assert conditions(release_2_9, fine)["StatefulSetOrDeploymentReady"] == "True"
    assert not release_2_9.done(fine, manifests(fine))["changed"]


def test_a_condition_left_by_the_old_operator_is_named_with_what_removes_it(release_2_9: Tenancy) -> None:
    stuck = TENANTS[0]
    release_2_9.lab.kubectl("scale", f"deployment/{CENTRAL}-{stuck}", "-n", PLATFORM, "--replicas=0")
    release_2_9.patch("server", "mlserver", stuck, {"spec": {"serverConfig": "mlserver-config"}})
    release_2_9.done(stuck, manifests(stuck), take_over=True, wait=False)
    release_2_9.until(
        "the new operator has seen the Server",
        lambda: conditions(release_2_9, stuck).get("StatefulSetOrDeploymentReady") == "True",
    )
    result = release_2_9.run(stuck, manifests(stuck), take_over=True, wait_timeout=8)
    assert result["failed"]
    assert "StatefulSetReady" in result["msg"] and "before 2.10" in result["msg"]
    [said] = [line for line in result["msg"].splitlines() if "kubectl patch server mlserver" in line]
    quiet = {"monitoring": {"enabled": False}, "egress": [{"cidr": "203.0.113.0/24", "port": 443}]}
    [note] = release_2_9.run(stuck, manifests(stuck), check=True, **quiet)["notes"]
    assert said.strip() in note
    release_2_9.lab.kubectl(*shlex.split(said.partition("kubectl ")[2]))
    assert release_2_9.done(stuck, manifests(stuck), **quiet)["notes"] == []
    assert conditions(release_2_9, stuck)["Ready"] == "True"


def test_a_downgrade_reaches_a_tenant_and_blames_no_condition(release_2_9: Tenancy) -> None:
    """The condition of 2.9 stays False while the scheduler restarts, and becomes True by itself."""
    fine = TENANTS[1]
    release_2_9.install("2.9.1")
    write_pace(release_2_9.lab.layout.pace, Pace.SLOW)
    result = release_2_9.done(fine, manifests(fine))
    write_pace(release_2_9.lab.layout.pace, Pace.NORMAL)
    assert not [note for note in result["notes"] if "StatefulSet" in note]
    assert conditions(release_2_9, fine)["StatefulSetReady"] == "True"
    release_2_9.done(TENANTS[0], manifests(TENANTS[0]))


def test_a_condition_left_by_the_newer_operator_is_named_with_what_removes_it(release_2_9: Tenancy) -> None:
    stuck = TENANTS[0]
    release_2_9.install("2.10.2")
    release_2_9.done(stuck, manifests(stuck))
    release_2_9.patch("server", "mlserver", stuck, {"spec": {"serverConfig": "gone"}})
    release_2_9.until(
        "the condition is False",
        lambda: conditions(release_2_9, stuck)["StatefulSetOrDeploymentReady"] == "False",
    )
    release_2_9.lab.kubectl("scale", f"deployment/{CENTRAL}-{stuck}", "-n", PLATFORM, "--replicas=0")
    release_2_9.patch("server", "mlserver", stuck, {"spec": {"serverConfig": "mlserver-config"}})
    release_2_9.install("2.9.1")
    result = release_2_9.run(stuck, manifests(stuck), take_over=True, wait_timeout=60)
    assert result["failed"]
    assert "its condition StatefulSetOrDeploymentReady is False and prevents Ready" in result["msg"]
    assert "an operator of 2.10 or later wrote it, and the operator 2.9.1" in result["msg"]
    assert "does not match desired replicas" not in result["msg"]
    [said] = [line for line in result["msg"].splitlines() if "kubectl patch server mlserver" in line]
    release_2_9.lab.kubectl(*shlex.split(said.partition("kubectl ")[2]))
    release_2_9.done(stuck, manifests(stuck))
    assert conditions(release_2_9, stuck)["Ready"] == "True"
