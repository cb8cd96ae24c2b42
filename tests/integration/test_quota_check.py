# SPDX-License-Identifier: GPL-3.0-or-later
"""The module quota_check, and the same check in a tenant's run, on a real control plane."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.entry_point import result_of
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.invocation import Invocation
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.quantity import parse_quantity
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota_check import entry_point

from lab.layout import REPOSITORY
from tests.integration.deployment import Deployment
from tests.integration.tenancy import PLATFORM, Tenancy
from tests.unit.quota.builders import SPECIFIED

Json = dict[str, Any]

SELDON = "mlops.seldon.io/v1alpha1"
DEFAULTS = {
    "type": "Container",
    "default": {"cpu": "1", "memory": "3Gi"},
    "defaultRequest": {"cpu": "100m", "memory": "128Mi"},
}
STATED = {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"cpu": "1", "memory": "1Gi"}}


def obj(kind: str, name: str, api_version: str = "v1", **more: Any) -> Json:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name}, **more}


def quota(hard: Mapping[str, str]) -> Json:
    return obj("ResourceQuota", "team", spec={"hard": dict(hard)})


def runtime(**spec: Any) -> Json:
    return obj("SeldonRuntime", "seldon", SELDON, spec={"seldonConfig": "default", **spec})


def config(name: str = "own", **spec: Any) -> Json:
    containers = [{"name": "mlserver", "image": "registry.k8s.io/pause:3.10", "resources": STATED}]
    return obj(
        "ServerConfig",
        name,
        SELDON,
        spec={"podSpec": {"containers": containers, "terminationGracePeriodSeconds": 0, **spec}},
    )


def server(replicas: int, name: str = "big") -> Json:
    return obj("Server", name, SELDON, spec={"serverConfig": "own", "replicas": replicas, "maxReplicas": replicas})


def checked(tenancy: Tenancy, namespace: str, definition: Sequence[object] = (), **options: Any) -> Json:
    params = {name: spec.get("default") for name, spec in entry_point.ARGUMENT_SPEC.items()}
    given = {"namespace": namespace, "definition": list(definition), "platform_namespace": PLATFORM, **options}
    return result_of(entry_point, {**params, **given}, Invocation(tenancy.lab.environment))


def lines(result: Mapping[str, Any], capacity: str = "quotas") -> dict[str, Json]:
    return {entry["key"]: entry for entry in result[capacity]}


def used(tenancy: Tenancy, namespace: str, name: str = "tenant-quota") -> dict[str, str]:
    status: dict[str, str] = tenancy.get("resourcequota", name, namespace)["status"]["used"]
    return status


def assert_settles(tenancy: Tenancy, namespace: str, predicted: Mapping[str, Json]) -> None:
    """Asserts that the quota's use becomes the prediction."""
    for _ in range(40):
        wrong = {
            key: value
            for key, value in used(tenancy, namespace).items()
            if parse_quantity(value) != parse_quantity(predicted[key]["after"])
        }
        if not wrong:
            return
        time.sleep(0.5)
    raise AssertionError({key: (value, predicted[key]["after"]) for key, value in wrong.items()})


def written(folder: Path, *objects: Json) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "all.yaml").write_text(yaml.safe_dump_all(objects))
    return folder


def test_upstreams_own_services_use_up_the_load_balancers(tenancy: Tenancy) -> None:
    limits = obj("LimitRange", "team", spec={"limits": [DEFAULTS]})
    stock = checked(tenancy, "quota-stock", [quota(SPECIFIED), limits, runtime()])
    assert stock["verdict"] == "fits", stock["text"]
    balancers = lines(stock)["services.loadbalancers"]
    assert (balancers["after"], balancers["headroom"], balancers["percent"]) == ("2", "2", 100)
    third = obj("Service", "third", spec={"type": "LoadBalancer", "ports": [{"port": 80}]})
    more = checked(tenancy, "quota-stock", [quota(SPECIFIED), limits, runtime(), third])
    assert more["verdict"] == "exceeds"
    assert "services.loadbalancers: 0 of 2 are in use, and this asks for 3 more: 1 too much" in more["text"]
    dead = checked(tenancy, "quota-stock", [quota({**SPECIFIED, "services.nodeports": "0"}), limits, runtime()])
    assert dead["verdict"] == "exceeds" and lines(dead)["services.nodeports"]["after"] == "8"
    [finding] = [entry for entry in dead["lint"] if entry["field"] == "spec.hard.services.loadbalancers"]
    assert (
        "each of which takes a node port for every port" in finding["message"]
        and "allocateLoadBalancerNodePorts" in finding["repair"]
    )


def test_the_specified_quota_without_limits_takes_no_stock_pod(tenancy: Tenancy) -> None:
    result = checked(tenancy, "quota-bare", [quota(SPECIFIED), runtime()])
    assert result["verdict"] == "invalid"
    assert any("must specify limits.cpu for: scheduler" in entry["message"] for entry in result["invalid"]), result[
        "invalid"
    ]
    assert any("no LimitRange has a default" in entry["message"] for entry in result["lint"])


def test_a_tenant_of_the_collection_uses_what_was_predicted(tenancy: Tenancy) -> None:
    planned = tenancy.run("quota-own", check=True, checks="enforce")
    assert not planned.get("failed"), planned
    assert planned["capacity"]["verdict"] == "fits"
    assert lines(planned["capacity"])["services.loadbalancers"]["after"] == "0"
    tenancy.done("quota-own", checks="enforce")
    assert_settles(tenancy, "quota-own", lines(planned["capacity"]))
    again = checked(tenancy, "quota-own")
    assert again["verdict"] == "fits" and not again["changed"]
    assert {entry["delta"] for entry in again["quotas"]} == {"0"}


def test_exactly_as_many_replicas_start_as_was_said(tenancy: Tenancy, tmp_path: Path) -> None:
    folder = written(tmp_path / "team", config(), server(30))
    tenancy.done("quota-many", checks="enforce")
    result = checked(tenancy, "quota-many", src=[str(folder)])
    assert result["verdict"] == "exceeds"
    [fit] = [entry for entry in result["replicas"] if entry["subject"] == "Server big"]
    assert 0 < fit["largest"] < 30 and fit["first_refused"] == fit["largest"] and fit["replicas"] == 30
    assert f"Server big: {fit['largest']} of its 30 replicas fit beside the rest" in result["text"]

    said = tenancy.refused("quota-many", [folder], checks="enforce")
    assert "ResourceQuota tenant-quota, requests.cpu" in said and "have the platform team raise the quota" in said
    warned = tenancy.run("quota-many", [folder], checks="warn", wait=False)
    assert not warned.get("failed"), warned
    assert any(note.startswith("ResourceQuota tenant-quota, requests.cpu") for note in warned["notes"])
    for _ in range(60):
        pods = json.loads(
            tenancy.lab.kubectl("get", "pods", "-n", "quota-many", "-l", "seldon-server-name=big", "-o", "json")
        )["items"]
        if len(pods) >= fit["largest"]:
            break
        time.sleep(0.5)
    time.sleep(5)
    pods = json.loads(
        tenancy.lab.kubectl("get", "pods", "-n", "quota-many", "-l", "seldon-server-name=big", "-o", "json")
    )["items"]
    assert len(pods) == fit["largest"]


def test_the_replicas_that_somebody_has_set_are_counted(tenancy: Tenancy, tmp_path: Path) -> None:
    """A run leaves the number of an autoscaler or a person as it is."""
    scaled = {**server(1), "spec": {**server(1)["spec"], "maxReplicas": 4}}
    tenancy.done("quota-kept", [written(tmp_path / "one", config(), scaled)], checks="enforce")
    tenancy.patch("server", "big", "quota-kept", {"spec": {"replicas": 3}})
    tenancy.until(
        "three pods", lambda: len([name for name in tenancy.names("pods", "quota-kept") if "big-" in name]) == 3
    )
    both = written(tmp_path / "two", config(), scaled, server(1, "second"))
    planned = tenancy.run("quota-kept", [both], check=True, checks="enforce")
    assert not planned.get("failed"), planned
    [fit] = [entry for entry in planned["capacity"]["replicas"] if entry["subject"] == "Server big"]
    assert fit["replicas"] == 3
    tenancy.done("quota-kept", [both], checks="enforce")
    assert_settles(tenancy, "quota-kept", lines(planned["capacity"]))


def test_a_tenant_that_would_exceed_its_quota_is_refused_before_it_exists(tenancy: Tenancy, tmp_path: Path) -> None:
    folder = written(tmp_path / "team", config(), server(30))
    said = tenancy.refused("quota-new", [folder], checks="enforce")
    assert "ResourceQuota tenant-quota, requests.cpu: 0 of 20 are in use" in said
    assert "Server big: " in said and " of its 30 replicas fit beside the rest" in said
    assert "quota-new" not in tenancy.lab.kubectl("get", "namespaces", "-o", "name")


def test_the_playbook_checks_every_tenant_first(tenancy: Tenancy, tmp_path: Path) -> None:
    folder = written(tmp_path / "team", config(), server(30))
    deployment = Deployment(tenancy.lab, tmp_path)
    deployment.write_inventory(
        {"quota-playbook": {"tenant_namespace_manifests": str(folder)}}, seldon_core_manage=False
    )
    for arguments in (("-t", "check"), ()):
        mark = tenancy.lab.audit.mark()
        run = deployment.run("--limit", "quota-playbook", *arguments)
        assert run.failed("quota-playbook"), run.stdout
        assert "ResourceQuota tenant-quota, requests.cpu" in run.message("quota-playbook")
        assert tenancy.writes(mark) == []
    deployment.write_inventory(
        {"quota-playbook": {"tenant_namespace_manifests": str(folder)}},
        seldon_core_manage=False,
        seldon_deploy_checks="warn",
    )
    run = deployment.run("--limit", "quota-playbook", "-t", "check")
    assert not run.failed("quota-playbook"), run.message("quota-playbook")
    assert "ResourceQuota tenant-quota, requests.cpu" in run.stdout


READS = {
    "pods": ("", "pods"),
    "services": ("", "services"),
    "persistentvolumeclaims": ("", "persistentvolumeclaims"),
    "resourcequotas": ("", "resourcequotas"),
    "limitranges": ("", "limitranges"),
    "configmaps": ("", "configmaps"),
    "statefulsets": ("apps", "statefulsets"),
    "storageclasses": ("storage.k8s.io", "storageclasses"),
    "servers": ("mlops.seldon.io", "servers"),
    "serverconfigs": ("mlops.seldon.io", "serverconfigs"),
    "seldonruntimes": ("mlops.seldon.io", "seldonruntimes"),
    "seldonconfigs": ("mlops.seldon.io", "seldonconfigs"),
}


@pytest.fixture(scope="module")
def readable(tenancy: Tenancy) -> str:
    """A namespace with a quota that counts everything."""
    tenancy.lab.kubectl("create", "namespace", "quota-read")
    keys = (
        "pods",
        "services",
        "persistentvolumeclaims",
        "configmaps",
        "standard.storageclass.storage.k8s.io/persistentvolumeclaims",
    )
    tenancy.apply(quota(dict.fromkeys((*keys, "count/statefulsets.apps"), "50")), "-n", "quota-read")
    time.sleep(2)
    return "quota-read"


@pytest.mark.parametrize("lacking", [None, *READS])
def test_what_may_not_be_read_is_never_said_to_fit(tenancy: Tenancy, readable: str, lacking: str | None) -> None:
    user = f"reader-without-{lacking}"
    rules = [
        {"apiGroups": [group], "resources": [plural], "verbs": ["list", "get"]}
        for name, (group, plural) in READS.items()
        if name != lacking
    ]
    rules.append({"apiGroups": ["", "apps"], "resources": ["namespaces", "deployments"], "verbs": ["list", "get"]})
    rbac = "rbac.authorization.k8s.io"
    tenancy.apply({"apiVersion": f"{rbac}/v1", "kind": "ClusterRole", "metadata": {"name": user}, "rules": rules})
    tenancy.apply(
        {
            "apiVersion": f"{rbac}/v1", "kind": "ClusterRoleBinding", "metadata": {"name": user},
            "roleRef": {"apiGroup": rbac, "kind": "ClusterRole", "name": user}, "subjects": [{"apiGroup": rbac, "kind": "User", "name": user}],
        }
    )  # fmt: skip
    claim = obj(
        "PersistentVolumeClaim",
        "c",
        spec={"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    )
    objects = [config(), server(1), claim, runtime(config={"serviceConfig": {"serviceType": "ClusterIP"}})]
    result = checked(tenancy, readable, objects, impersonate_user=user)
    assert result["verdict"] == ("fits" if lacking is None else "unknown"), result["text"]
    if lacking not in (None, "storageclasses"):
        assert lacking in json.dumps([result["unknown"], result["unresolved"]])
    if lacking:
        failed = checked(tenancy, readable, objects, impersonate_user=user, fail_on="unknown")
        assert failed["failed"] and failed["msg"].startswith("the change unknown:")


SOUND = obj(
    "StatefulSet",
    "w",
    "apps/v1",
    spec={"replicas": 1, "template": {"spec": {"containers": [{"name": "a", "resources": STATED}]}}},
)
BAD_FIELDS: dict[str, tuple[tuple[str | int, ...], object]] = {
    "replicas of text": (("spec", "replicas"), "two"),
    "negative replicas": (("spec", "replicas"), -1),
    "a spec of text": (("spec",), "nothing"),
    "a template that is a list": (("spec", "template"), []),
    "containers that are a mapping": (("spec", "template", "spec", "containers"), {"name": "a"}),
    "a container of text": (("spec", "template", "spec", "containers", 0), "a"),
    "resources of text": (("spec", "template", "spec", "containers", 0, "resources"), "many"),
    "requests that are a list": (("spec", "template", "spec", "containers", 0, "resources", "requests"), [1]),
    "no quantity": (("spec", "template", "spec", "containers", 0, "resources", "requests", "memory"), "1GB"),
    "a negative quantity": (("spec", "template", "spec", "containers", 0, "resources", "requests", "cpu"), "-1"),
    "a quantity of bool": (("spec", "template", "spec", "containers", 0, "resources", "requests", "cpu"), True),
}


@pytest.mark.parametrize("name", BAD_FIELDS)
def test_a_bad_field_is_named(tenancy: Tenancy, readable: str, name: str) -> None:
    path, value = BAD_FIELDS[name]
    broken = json.loads(json.dumps(SOUND))
    place = broken
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    result = checked(tenancy, readable, [broken])
    assert result["verdict"] == "invalid", result["text"]
    assert str(path[-1] if isinstance(path[-1], str) else path[-2]) in json.dumps(result["invalid"])


@pytest.mark.parametrize(
    ("namespace", "definition", "options", "named"),
    [
        ("Not_A_Name", [], {}, "namespace: 'Not_A_Name' is not a namespace's name"),
        ("quota-read", [], {"platform_namespace": "a/b"}, "platform_namespace: 'a/b'"),
        ("quota-read", [], {"head_start": -1}, "head_start: -1 is not a percentage"),
        ("quota-read", [{"kind": "ConfigMap"}], {}, "object 0: has no metadata.name"),
        ("quota-read", [obj("ConfigMap", "a"), {"metadata": "x"}], {}, "object 1: has no metadata.name"),
        ("quota-read", [obj("Nothing", "a")], {}, "Nothing a: the cluster serves no Nothing in v1"),
        ("quota-read", [{**obj("ConfigMap", "a"), "metadata": {"name": "a", "namespace": "b"}}], {}, "ConfigMap a: is in namespace b"),
        ("quota-read", [], {"src": ["/does/not/exist"]}, "/does/not/exist"),
    ],
)  # fmt: skip
def test_a_bad_option_is_named(
    tenancy: Tenancy, namespace: str, definition: list[Json], options: Json, named: str
) -> None:
    result = checked(tenancy, namespace, definition, **options)
    assert result["failed"] and named in result["msg"]


def test_the_server_is_asked_about_pod_security(tenancy: Tenancy) -> None:
    tenancy.lab.kubectl("create", "namespace", "quota-secured")
    tenancy.lab.kubectl("label", "namespace", "quota-secured", "pod-security.kubernetes.io/enforce=baseline")
    objects = [config(hostNetwork=True), server(1)]
    assert checked(tenancy, "quota-secured", objects)["verdict"] == "fits"
    mark = tenancy.lab.audit.mark()
    result = checked(tenancy, "quota-secured", objects, verify="server", fail_on="exceeds")
    assert tenancy.writes(mark) == []
    assert result["failed"] and result["verdict"] == "invalid"
    [answer] = result["verified"]
    assert (
        answer["subject"] == "Server big"
        and "violates PodSecurity" in answer["refusal"]
        and "host namespaces" in answer["refusal"]
    )
    assert "violates PodSecurity" in result["msg"]
    fine = checked(tenancy, "quota-secured", [config(), server(1)], verify="server", fail_on="exceeds")
    assert fine["verified"] == [{"subject": "Server big", "refusal": ""}] and not fine.get("failed")


def test_by_ansible(tenancy: Tenancy, readable: str, tmp_path: Path) -> None:
    folder = written(tmp_path / "team", config(), server(60))
    program = str(Path(sys.executable).with_name("ansible"))
    arguments = {"namespace": readable, "src": [str(folder)], "fail_on": "exceeds"}
    environment = {
        **tenancy.lab.environment,
        "ANSIBLE_CONFIG": str(REPOSITORY / "ansible.cfg"),
        "ANSIBLE_FORCE_COLOR": "false",
    }
    command = [
        program,
        "localhost",
        "-i",
        "localhost,",
        "-c",
        "local",
        "-m",
        "ml_platform.seldon.quota_check",
        "-a",
        json.dumps(arguments),
    ]
    done = subprocess.run(command, env=environment, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "the change exceeds" in done.stdout, done.stdout + done.stderr
    assert "50 of its 60 replicas fit beside the rest" in done.stdout
