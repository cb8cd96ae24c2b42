# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job, in the order of a platform engineer's work. Each test continues from the state of the previous one."""

from __future__ import annotations

import json

from tests.integration.deployment import TENANTS, Deployment, example_tenants

# The clients that send write requests in a deployment: this collection, Helm, and kubernetes.core's client library.
OURS = ("ml_platform.seldon", "Helm", "helm", "OpenAPI-Generator", "Swagger-Codegen", "kubectl", "kustomize")


def our_writes(deployment: Deployment, mark: int) -> list[str]:
    """The write requests of a run, as ``verb uri``."""
    requests = deployment.lab.audit.since(mark)
    return [f"{r.verb} {r.uri}" for r in requests if r.is_write and r.user_agent.startswith(OURS)]


def our_writes_but_the_readme(deployment: Deployment, mark: int, tenant: str) -> list[str]:
    """The same without the writes that follow a team's own changes: the namespace's README, and the inventory that
    lists it.
    """
    follows = (f"/namespaces/{tenant}/configmaps/tenant-readme?", f"/configmaps/applyset-{tenant}?")
    return [write for write in our_writes(deployment, mark) if not any(part in write for part in follows)]


def stateful_set_containers(deployment: Deployment, tenant: str) -> dict[str, dict[str, object]]:
    """The containers of the tenant's StatefulSet mlserver, by name."""
    answer = deployment.lab.kubectl("get", "statefulset", "mlserver", "-n", tenant, "-o", "json")
    return {c["name"]: c for c in json.loads(answer)["spec"]["template"]["spec"]["containers"]}


def test_check_on_the_empty_cluster_writes_nothing_and_predicts_the_run(deployment: Deployment) -> None:
    mark = deployment.lab.audit.mark()
    predicted = deployment.run("--check", "--diff")
    assert predicted.code == 0, predicted.message("seldon-system") + predicted.stderr
    assert our_writes(deployment, mark) == []
    real = deployment.run()
    assert real.code == 0, "\n".join(real.message(host) for host in ("seldon-system", *TENANTS))
    for tenant in TENANTS:
        assert predicted.actions(tenant) == real.actions(tenant)
        assert set(real.actions(tenant).values()) == {"created"}


def test_each_stateful_set_carries_its_own_tenants_config(deployment: Deployment) -> None:
    contents = {}
    for tenant in TENANTS:
        config = json.loads(
            deployment.lab.kubectl("get", "serverconfig", "mlserver-config", "-n", tenant, "-o", "json")
        )
        wanted = {c["name"]: c["image"] for c in config["spec"]["podSpec"]["containers"]}
        carried = {name: c["image"] for name, c in stateful_set_containers(deployment, tenant).items()}
        assert carried == wanted
        contents[tenant] = json.dumps(config["spec"], sort_keys=True)
    assert len(set(contents.values())) == len(TENANTS)


def test_everything_is_ready(deployment: Deployment) -> None:
    for tenant in TENANTS:
        for kind in ("servers", "models"):
            objects = json.loads(deployment.lab.kubectl("get", kind, "-n", tenant, "-o", "json"))["items"]
            assert objects
            for obj in objects:
                ready = [c["status"] for c in obj["status"]["conditions"] if c["type"] == "Ready"]
                assert ready == ["True"], obj["metadata"]["name"]


def test_the_second_run_changes_and_writes_nothing(deployment: Deployment) -> None:
    mark = deployment.lab.audit.mark()
    second = deployment.run()
    assert second.code == 0
    assert {host: second.changed(host) for host in ("seldon-system", *TENANTS)} == dict.fromkeys(
        ("seldon-system", *TENANTS), 0
    )
    assert our_writes(deployment, mark) == []


def test_check_foresees_that_the_tenants_operators_follow_a_changed_platform(deployment: Deployment) -> None:
    values = ("-e", json.dumps({"seldon_core_values": {"logging": {"logLevel": "debug"}}}))
    predicted, real = deployment.run("--check", *values), deployment.run(*values)
    for tenant in TENANTS:
        assert predicted.actions(tenant) == real.actions(tenant)
        changed = {name for name, action in real.actions(tenant).items() if action != "unchanged"}
        assert changed == {
            f"SeldonConfig {tenant}/default",
            f"Deployment seldon-system/seldon-v2-controller-manager-{tenant}",
        }
    back = deployment.run()
    assert back.code == 0 and back.changed(TENANTS[0]) == 1


def test_values_that_the_chart_cannot_take_are_refused_before_anything_is_written(deployment: Deployment) -> None:
    mark = deployment.lab.audit.mark()
    refused = deployment.run("-e", json.dumps({"seldon_core_values": {"logging": "debug"}}))
    assert refused.code != 0 and "cannot be rendered" in refused.message("seldon-system")
    assert our_writes(deployment, mark) == []


def test_two_hosts_for_one_tenant_are_refused(deployment: Deployment) -> None:
    deployment.write_inventory({**example_tenants(), "old": {"tenant_namespace_name": TENANTS[0]}})
    refused = deployment.run()
    deployment.write_inventory(example_tenants())
    assert refused.code != 0
    assert f"tenant {TENANTS[0]} is described by the hosts {TENANTS[0]} and old" in refused.message(TENANTS[0])


def test_limit_touches_nothing_of_the_other_tenant(deployment: Deployment) -> None:
    mark = deployment.lab.audit.mark()
    limited = deployment.run("--limit", "recommendation-engine")
    assert limited.code == 0
    touched = [r for r in deployment.lab.audit.since(mark) if r.user_agent.startswith(OURS)]
    assert touched
    assert [r.uri for r in touched if "fraud-detection" in r.uri] == []


def test_people_see_a_summary(deployment: Deployment) -> None:
    shown = deployment.run_for_people()
    assert "ServerConfig fraud-detection/mlserver-config (own)" in shown.stdout
    assert "fraud-v1-baseline, fraud-v2-candidate" in shown.stdout
    assert "nothing changed" in shown.stdout
