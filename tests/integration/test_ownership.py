# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of docs/ownership.md: what others own is kept and reported, everything else is applied."""

from __future__ import annotations

import copy
import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.ml_platform.seldon.plugins.plugin_utils._summary.outcome import Outcome
from ansible_collections.ml_platform.seldon.plugins.plugin_utils._summary.text import summary_lines

from tests.integration.applyset_cluster import Cluster, created_namespace, writes
from tests.integration.lab_fixture import Lab
from tests.integration.tenancy import Tenancy, actions

Json = dict[str, Any]
POD_SECURITY = "pod-security.kubernetes.io/enforce"
WEB = '.spec.template.spec.containers[name="web"]'


def made(api_version: str, kind: str, body: Json, labels: Json | None = None, annotations: Json | None = None) -> Json:
    metadata = {"name": "web", "labels": labels or {"team": "ours"}, "annotations": annotations or {"note": "ours"}}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **body}


def template(image: str = "registry.example/web:1", **pod: Any) -> Json:
    containers = [{"name": "web", "image": image, "env": [{"name": "A", "value": "1"}]}]
    return {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": containers, **pod}}


SELECTOR = {"matchLabels": {"app": "web"}}
OBJECTS: dict[str, Json] = {
    "deployment": made(
        "apps/v1", "Deployment",
        {"spec": {"replicas": 1, "selector": SELECTOR, "template": template(imagePullSecrets=[{"name": "ours"}])}},
    ),
    "statefulset": made(
        "apps/v1", "StatefulSet",
        {"spec": {"replicas": 1, "serviceName": "web", "selector": SELECTOR, "template": template()}},
    ),
    "cronjob": made(
        "batch/v1", "CronJob",
        {"spec": {"schedule": "0 0 1 1 *", "suspend": True, "jobTemplate": {"spec": {"template": template(restartPolicy="Never")}}}},
    ),
    "configmap": made("v1", "ConfigMap", {"data": {"a": "ours", "b": "ours"}}),
    "serviceaccount": made("v1", "ServiceAccount", {"imagePullSecrets": [{"name": "ours"}]}),
    "servers.mlops.seldon.io": made(
        "mlops.seldon.io/v1alpha1", "Server", {"spec": {"serverConfig": "mlserver", "replicas": 1}}
    ),
    "serverconfigs.mlops.seldon.io": made(
        "mlops.seldon.io/v1alpha1", "ServerConfig",
        {"spec": {"podSpec": {"containers": [{"name": "web", "image": "registry.example/web:1"}]}}},
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One row of the table. ``others`` is what somebody else does. Then the manifest changes in ``changed``, by paths
    joined by slashes. ``held`` maps the fields that stay to their owners.
    """

    kind: str
    others: str
    changed: Mapping[str, Any]
    held: Mapping[str, str] = field(default_factory=dict)
    kept: Mapping[str, Any] = field(default_factory=dict)


IMAGE = "spec/template/spec/containers/0/image"
NEW = {"metadata/labels/new": "ours"}
ROWS: dict[str, Row] = {
    "replicas and a new image": Row(
        "deployment", "scale deployment web --replicas=3", {IMAGE: "registry.example/web:2"},
        {".spec.replicas": "kubectl"}, {"spec/replicas": 3},
    ),
    "replicas of a StatefulSet": Row(
        "statefulset", "scale statefulset web --replicas=2", {IMAGE: "registry.example/web:2"},
        {".spec.replicas": "kubectl"}, {"spec/replicas": 2},
    ),
    "replicas of a Server": Row(
        "servers.mlops.seldon.io", "scale servers.mlops.seldon.io web --replicas=2", {"spec/serverConfig": "triton"},
        {".spec.replicas": "kubectl"}, {"spec/replicas": 2},
    ),
    "replicas of a Server within its limits": Row(
        "servers.mlops.seldon.io", "scale servers.mlops.seldon.io web --replicas=2", {"spec/maxReplicas": 4},
        {}, {"spec/replicas": 2},
    ),
    "an image": Row(
        "deployment", "set image deployment/web web=registry.example/web:hotfix",
        {IMAGE: "registry.example/web:2", "spec/template/spec/containers/0/env/0/value": "2", **NEW},
        {f"{WEB}.image": "kubectl-set"}, {IMAGE: "registry.example/web:hotfix"},
    ),
    "an image of a CronJob": Row(
        "cronjob", "set image cronjob/web web=registry.example/web:hotfix", {"spec/schedule": "0 0 2 2 *"},
        {f".spec.jobTemplate{WEB}.image": "kubectl-set"},
        {"spec/jobTemplate/" + IMAGE: "registry.example/web:hotfix"},
    ),
    "an image of a ServerConfig": Row(
        "serverconfigs.mlops.seldon.io",
        """patch serverconfigs.mlops.seldon.io web --type=json -p '[{"op": "replace", "path": "/spec/podSpec/containers/0/image", "value": "x"}]'""",
        NEW, {'.spec.podSpec.containers[name="web"].image': "kubectl-patch"}, {"spec/podSpec/containers/0/image": "x"},
    ),
    "a variable of the same container": Row(
        "deployment", "set env deployment/web A=theirs B=theirs", {IMAGE: "registry.example/web:2"},
        {f'{WEB}.env[name="A"].value': "kubectl-set"}, {"spec/template/spec/containers/0/env/1/value": "theirs"},
    ),
    "a restart": Row("deployment", "rollout restart deployment/web", {IMAGE: "registry.example/web:2"}),
    "the same label": Row(
        "configmap", "label configmap web team=theirs --overwrite", {"data/a": "new", **NEW},
        {".metadata.labels.team": "kubectl-label"}, {"metadata/labels/team": "theirs"},
    ),
    "another label": Row(
        "configmap", "label configmap web argocd.argoproj.io/instance=x", {"data/a": "new"},
        {}, {"metadata/labels/argocd.argoproj.io~instance": "x"},
    ),
    "the same annotation": Row(
        "deployment", "annotate deployment web note=theirs --overwrite", {"spec/replicas": 2},
        {".metadata.annotations.note": "kubectl-annotate"}, {"metadata/annotations/note": "theirs"},
    ),
    "another annotation": Row(
        "serviceaccount", "annotate serviceaccount web meta.helm.sh/release-name=x", NEW,
        {}, {"metadata/annotations/meta.helm.sh~release-name": "x"},
    ),
    "a key of a ConfigMap": Row(
        "configmap", """patch configmap web --type=merge -p '{"data": {"a": "theirs", "c": "theirs"}}'""", {"data/b": "new"},
        {".data.a": "kubectl-patch"}, {"data/c": "theirs"},
    ),
    "pull secrets of a ServiceAccount, one list": Row(
        "serviceaccount", """patch serviceaccount web --type=merge -p '{"imagePullSecrets": [{"name": "theirs"}]}'""", NEW,
        {".imagePullSecrets": "kubectl-patch"}, {"imagePullSecrets": [{"name": "theirs"}]},
    ),
    "pull secrets of a pod, by name": Row(
        "deployment",
        """patch deployment web -p '{"spec": {"template": {"spec": {"imagePullSecrets": [{"name": "theirs"}]}}}}'""",
        {IMAGE: "registry.example/web:2"},
    ),
    "suspend": Row(
        "cronjob", """patch cronjob web -p '{"spec": {"suspend": false}}'""", {"spec/schedule": "0 0 2 2 *"},
        {".spec.suspend": "kubectl-patch"}, {"spec/suspend": False},
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def cluster(lab: Lab) -> Cluster:
    lab.install_seldon_crds()
    return Cluster(lab.kubeconfig, wait=False)


@pytest.fixture
def namespace(cluster: Cluster) -> Iterator[str]:
    with created_namespace(cluster, "owned") as name:
        yield name


def at(obj: Any, path: str) -> Any:
    for part in path.split("/"):
        obj = obj[int(part)] if isinstance(obj, list) else obj[part.replace("~", "/")]
    return obj


def edited(obj: Json, changes: Mapping[str, Any]) -> Json:
    copied = copy.deepcopy(obj)
    for path, value in changes.items():
        parent, _slash, last = path.rpartition("/")
        target = at(copied, parent)
        target[int(last) if isinstance(target, list) else last] = value
    return copied


@pytest.mark.parametrize("title", ROWS)
def test_what_others_own_is_kept_and_the_rest_of_the_manifest_is_applied(
    title: str, lab: Lab, cluster: Cluster, namespace: str
) -> None:
    row = ROWS[title]
    options: Json = {"name": namespace, "inventory_namespace": namespace, "namespace": namespace, "conflicts": "leave"}
    wanted = OBJECTS[row.kind]
    assert "msg" not in cluster.run(definition=[wanted], **options)
    lab.kubectl(*shlex.split(row.others), "-n", namespace)

    new = edited(wanted, row.changed)
    result = cluster.run(definition=[new], diff=True, **options)
    assert "msg" not in result, result
    [entry] = result["objects"]
    assert entry["action"] == "updated"
    different = {held["field"]: held["owners"] for held in entry["held"] if not held["allowed_by"]}
    assert different == {path: [owner] for path, owner in row.held.items()}
    assert result["differs"] == bool(row.held)
    live = json.loads(lab.kubectl("get", row.kind, "web", "-n", namespace, "-o", "json"))
    for path, value in {**row.changed, **row.kept}.items():
        if path not in row.kept:
            expected_held = any(path.split("/")[-1] == held.rpartition(".")[2] for held in row.held)
            assert expected_held or at(live, path) == value, path
        else:
            assert at(live, path) == value, path

    mark = lab.audit.mark()
    again = cluster.run(definition=[new], **options)
    assert (again["changed"], again["differs"]) == (False, result["differs"])
    assert writes(lab.audit.since(mark)) == []


def test_a_field_goes_back_to_the_platform_as_documented(lab: Lab, cluster: Cluster, namespace: str) -> None:
    """The command of docs/ownership.md, whose jq is done here."""
    options: Json = {"name": namespace, "inventory_namespace": namespace, "namespace": namespace, "conflicts": "leave"}
    wanted = OBJECTS["deployment"]
    cluster.run(definition=[wanted], **options)
    lab.kubectl("scale", "deployment", "web", "--replicas=3", "-n", namespace)
    assert cluster.run(definition=[wanted], **options)["differs"]
    live = json.loads(lab.kubectl("get", "deployment", "web", "-n", namespace, "-o", "json", "--show-managed-fields"))
    entries = live["metadata"]["managedFields"]
    live["metadata"]["managedFields"] = [entry for entry in entries if entry["manager"] != "kubectl"]
    lab.kubectl("replace", "-f", "-", stdin=json.dumps(live))
    after = cluster.run(definition=[wanted], **options)
    assert (actions(after), after["differs"]) == ({"Deployment web": "updated"}, False)
    assert lab.kubectl("get", "deployment", "web", "-n", namespace, "-o", "jsonpath={.spec.replicas}") == "1"


def test_what_others_created_from_the_same_manifest_does_not_differ(lab: Lab, cluster: Cluster, namespace: str) -> None:
    """The API server stores another notation and adds defaults inside of lists."""
    wanted = edited(OBJECTS["deployment"], {})
    container = wanted["spec"]["template"]["spec"]["containers"][0]
    container["resources"] = {"requests": {"memory": "1024Mi", "cpu": "1000m"}}
    wanted["spec"]["template"]["spec"]["volumes"] = [
        {"name": "s", "secret": {"secretName": "s", "items": [{"key": "k", "path": "p"}]}}
    ]
    lab.kubectl("apply", "-n", namespace, "-f", "-", stdin=json.dumps(wanted))
    options: Json = {"name": namespace, "inventory_namespace": namespace, "namespace": namespace, "conflicts": "leave"}
    mark = lab.audit.mark()
    result = cluster.run(definition=[wanted], **options)
    assert (actions(result), result["differs"]) == ({"Deployment web": "left alone"}, False)
    container["image"] = "registry.example/web:2"
    [entry] = cluster.run(definition=[wanted], **options)["objects"]
    assert [(held["field"], held["owners"]) for held in entry["held"] if not held["allowed_by"]] == [
        (f"{WEB}.image", ["kubectl-client-side-apply"])
    ]
    assert writes(lab.audit.since(mark)) == []


def folder(path: Path, **changes: Any) -> Path:
    cache = edited(OBJECTS["deployment"], changes)
    cache["metadata"]["name"] = "cache"
    del cache["spec"]["template"]["spec"]["imagePullSecrets"]
    path.mkdir(exist_ok=True)
    (path / "cache.yaml").write_text(yaml.safe_dump(cache))
    return path


def summary(tenant: str, result: Mapping[str, Any], *, check_mode: bool = False) -> list[str]:
    return summary_lines([Outcome(tenant, 4, result, check_mode=check_mode)], "ansible-playbook x.yml")


def test_a_scaled_deployment_of_a_team_gets_its_new_image_and_is_reported(tenancy: Tenancy, tmp_path: Path) -> None:
    tenancy.done("scaled", [folder(tmp_path / "k8s")])
    tenancy.lab.kubectl("scale", "deployment", "cache", "--replicas=3", "-n", "scaled")
    new = folder(tmp_path / "k8s", **{IMAGE: "registry.example/web:2"})
    predicted = tenancy.done("scaled", [new], check=True, diff=True)
    result = tenancy.done("scaled", [new])
    assert predicted["objects"] == result["objects"] and result["changed"] and result["differs"]
    spec = tenancy.get("deployment", "cache", "scaled")["spec"]
    assert (spec["replicas"], spec["template"]["spec"]["containers"][0]["image"]) == (3, "registry.example/web:2")
    text = "\n".join(summary("scaled", result))
    assert ", 1 object stays different" in text
    assert '  stays different          Deployment cache: .spec.replicas belongs to "kubectl". Use that value' in text
    mark = tenancy.lab.audit.mark()
    again = tenancy.done("scaled", [new], check=True, diff=True)
    assert tenancy.writes(mark) == [] and not again["changed"] and again["differs"]
    assert "in the desired state" not in "\n".join(summary("scaled", again, check_mode=True))
    assert [diff for diff in again["diff"] if "replicas: 3" in diff["before"] and "replicas: 1" in diff["after"]]
    tenancy.lab.kubectl("scale", "deployment", "cache", "--replicas=1", "-n", "scaled")
    agreed = tenancy.done("scaled", [new])
    assert not agreed["changed"] and not agreed["differs"]


def test_the_labels_of_a_namespace_are_taken_over_once_and_reported(tenancy: Tenancy) -> None:
    tenancy.lab.kubectl("create", "namespace", "adopted")
    tenancy.lab.kubectl("label", "namespace", "adopted", f"{POD_SECURITY}=privileged", "cost=theirs", "theirs=x")
    options: Json = {"adopt": True, "labels": {"cost": "ours"}}
    result = tenancy.done("adopted", **options)
    labels = tenancy.get("namespace", "adopted")["metadata"]["labels"]
    assert (labels[POD_SECURITY], labels["cost"], labels["theirs"]) == ("baseline", "ours", "x")
    [line] = [line for line in summary("adopted", result) if line.startswith("  taken over")]
    assert 'Namespace adopted: exists already, applied by "kubectl-create", "kubectl-label"' in line
    replaced = line.partition("the run replaces ")[2].split(", ")
    assert sorted(replaced) == [".metadata.labels.cost", f".metadata.labels.{POD_SECURITY}"]

    for label, manager in ((f"{POD_SECURITY}=privileged", "kubectl-label"), ("cost=theirs", "kubectl-label")):
        tenancy.lab.kubectl("label", "namespace", "adopted", label, "--overwrite")
        said = tenancy.refused("adopted", **options)
        assert f'Namespace adopted: .metadata.labels.{label.partition("=")[0]} belongs to "{manager}"' in said
        assert "take the field over with tenant_namespace_take_over: true" in said
        taken = tenancy.done("adopted", take_over=True, **options)
        assert actions(taken)["Namespace adopted"] == "taken over"
        assert not tenancy.done("adopted", **options)["changed"]


def test_pull_secrets_of_the_default_account_stay_and_its_token_is_switched_off(tenancy: Tenancy) -> None:
    pull = {"imagePullSecrets": [{"name": "pull"}]}
    tenancy.done("pulled")
    tenancy.patch("serviceaccount", "default", "pulled", pull)
    mark = tenancy.lab.audit.mark()
    assert not tenancy.done("pulled")["changed"] and tenancy.writes(mark) == []
    tenancy.patch("serviceaccount", "default", "pulled", {"automountServiceAccountToken": True})
    result = tenancy.done("pulled", take_over=True)
    assert result["differs"] and not result["changed"]
    account = tenancy.get("serviceaccount", "default", "pulled")
    assert (account["imagePullSecrets"], account["automountServiceAccountToken"]) == (pull["imagePullSecrets"], True)
    [note] = [note for note in result["notes"] if note.startswith("ServiceAccount default")]
    assert 'was set to true by "kubectl-patch" and stays' in note
    tenancy.lab.kubectl(*shlex.split(note.partition("kubectl ")[2]))
    agreed = tenancy.done("pulled")
    assert not agreed["differs"] and not [note for note in agreed["notes"] if "ServiceAccount" in note]
