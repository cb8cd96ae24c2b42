# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong in a deployment, seeded, and what is said and left behind."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lab.layout import REPOSITORY
from tests.integration.deployment import EXAMPLES, Deployment, example_tenants
from tests.integration.test_deploy import our_writes

CANARY = "canary-7f3a9c51"


@pytest.fixture(scope="module")
def platform(deployment: Deployment) -> Deployment:
    """The lab with the platform on it, and no tenant."""
    deployment.write_inventory({})
    done = deployment.run()
    assert done.code == 0, done.message("seldon-system") + done.stderr
    return deployment


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of a team's kustomization for the tenant ``t``, to spoil."""
    copy = tmp_path / "base"
    shutil.copytree(EXAMPLES / "fraud-detection" / "k8s" / "base", copy)
    kustomization = copy / "kustomization.yaml"
    kustomization.write_text(kustomization.read_text().replace("namespace: fraud-detection", "namespace: t"))
    return copy


@pytest.fixture
def clean(platform: Deployment) -> Iterator[Deployment]:
    """The platform, with the tenants of the test removed afterwards."""
    yield platform
    found = json.loads(platform.lab.kubectl("get", "namespaces", "-o", "json"))["items"]
    for namespace in found:
        name = namespace["metadata"]["name"]
        if name.startswith(("t", "fraud", "recommend")):
            for kind in ("experiments", "pipelines", "models", "servers", "seldonruntimes"):
                platform.lab.kubectl("delete", kind, "--all", "-n", name, "--timeout=60s")
            platform.lab.kubectl("delete", "namespace", name, "--timeout=60s")
            platform.lab.kubectl("delete", "configmap", f"applyset-{name}", "-n", "seldon-system", "--ignore-not-found")
    for kind in ("deployments", "serviceaccounts"):
        platform.lab.kubectl(
            "delete", kind, "-n", "seldon-system", "-l", "ml-platform.seldon/tenant", "--ignore-not-found"
        )


def tenant_writes(deployment: Deployment, mark: int) -> list[str]:
    """Our write requests that are not the platform's own."""
    return [entry for entry in our_writes(deployment, mark) if "helm.sh" not in entry]


def with_manifest(folder: Path, text: str, name: str = "extra.yaml") -> dict[str, Any]:
    """Variables of a tenant whose folder has one file more."""
    (folder / name).write_text(text)
    kustomization = folder / "kustomization.yaml"
    kustomization.write_text(kustomization.read_text().replace("resources:\n", f"resources:\n  - {name}\n"))
    return {"tenant_namespace_manifests": str(folder)}


MODEL = """apiVersion: mlops.seldon.io/v1alpha1
kind: Model
metadata:
  name: extra
spec:
  storageUri: gs://seldon-models/mlserver/iris
"""

BAD_VARIABLES = {
    "a quota that is no quantity": ({"tenant_namespace_quota": {"requests.memory": "10GB"}}, ["tenant_namespace_quota", "10GB", "10Gi"]),
    "an unknown option": ({"tenant_namespace_quotta": {"requests.cpu": "1"}}, ["tenant_namespace_quotta", "tenant_namespace_quota"]),
    "an unknown suboption": ({"tenant_namespace_runtime": {"pipeline": "never"}}, ["tenant_namespace_runtime.pipeline", "pipelines"]),
    "manifests that are not there": ({"tenant_namespace_manifests": "/nowhere/base"}, ["/nowhere/base"]),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD_VARIABLES)
def test_bad_variables_are_refused_before_the_first_write(clean: Deployment, folder: Path, case: str) -> None:
    variables, expected = BAD_VARIABLES[case]
    clean.write_inventory({"t": {"tenant_namespace_manifests": str(folder), **variables}})
    refused_before_the_first_write(clean, "t", expected)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("kube-system", ["kube-system", "reserved", "tenant_namespace_name"]),
        ("Fraud_Detection", ["Fraud_Detection", "tenant_namespace_name"]),
        ("seldon-system-", ["seldon-system-", "tenant_namespace_name"]),
    ],
)
def test_bad_names_are_refused_before_the_first_write(clean: Deployment, name: str, expected: list[str]) -> None:
    clean.write_inventory({name: {}})
    refused_before_the_first_write(clean, name, expected)


BAD_MANIFESTS = {
    "another namespace": (MODEL.replace("name: extra", "name: extra\n  namespace: kube-system"), ["extra"]),
    "a duplicate key": (MODEL.replace("  name: extra", "  name: extra\n  name: other"), ["name"]),
    "two documents of one name": (MODEL + "---\n" + MODEL, ["extra"]),
    "a misspelt ServerConfig": (
        "apiVersion: mlops.seldon.io/v1alpha1\nkind: Server\nmetadata:\n  name: second\nspec:\n  serverConfig: mlserver-confg\n",
        ["mlserver-confg", 'did you mean "mlserver-config"?'],
    ),
    "a value of the wrong type": (MODEL + "  replicas: three\n", ["extra", "replicas"]),
    "a misspelt field": (MODEL + "  storageUrl: gs://x\n", ["extra", "storageUrl"]),
    "a misspelt kind": (MODEL.replace("kind: Model", "kind: Modle"), ["Modle", "Model"]),
}


@pytest.mark.parametrize("case", BAD_MANIFESTS)
def test_bad_manifests_are_refused_before_the_first_write(clean: Deployment, folder: Path, case: str) -> None:
    text, expected = BAD_MANIFESTS[case]
    # As plain files: kustomize would catch some of these itself, in words of its own.
    (folder / "kustomization.yaml").unlink()
    (folder / "extra.yaml").write_text(text)
    clean.write_inventory({"t": {"tenant_namespace_manifests": str(folder)}})
    refused_before_the_first_write(clean, "t", expected)


def refused_before_the_first_write(deployment: Deployment, tenant: str, expected: list[str]) -> None:
    mark = deployment.lab.audit.mark()
    refused = deployment.run()
    assert refused.failed(tenant)
    for text in expected:
        assert text in refused.message(tenant)
    assert tenant_writes(deployment, mark) == []


def test_templates_in_manifests_stay_literal(clean: Deployment, folder: Path, tmp_path: Path) -> None:
    marker = tmp_path / "executed"
    literal = "{{ lookup('pipe', 'touch %s') }}" % marker
    text = f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: literal\ndata:\n  value: \"{literal}\"\n"
    clean.write_inventory({"t": with_manifest(folder, text)})
    done = clean.run()
    assert done.code == 0, done.message("t")
    stored = json.loads(clean.lab.kubectl("get", "configmap", "literal", "-n", "t", "-o", "json"))
    assert stored["data"]["value"] == literal
    assert not marker.exists()


def test_a_broken_tenant_fails_alone(clean: Deployment, folder: Path) -> None:
    broken = with_manifest(folder, MODEL + "  replicas: three\n")
    clean.write_inventory({**example_tenants(), "t": broken})
    done = clean.run()
    assert done.code != 0
    assert done.failed("t")
    assert not any(done.failed(name) for name in example_tenants())
    missing = clean.lab.kubectl("get", "namespace", "t", "--ignore-not-found")
    assert missing == ""
    shown = clean.run_for_people()
    assert "failed before anything was written" in shown.stdout
    assert "--limit t" in shown.stdout


def test_rights_are_real(clean: Deployment, folder: Path) -> None:
    """Without the rule for StatefulSets the operator is refused, and the Server says so in the failure."""
    clean.write_inventory({"t": {"tenant_namespace_manifests": []}})
    assert clean.run().code == 0
    role = json.loads(clean.lab.kubectl("get", "role", "seldon-v2-manager-role", "-n", "t", "-o", "json"))
    kept = [rule for rule in role["rules"] if "statefulsets" not in rule.get("resources", [])]
    for rule in role["rules"]:
        if "statefulsets" in rule.get("resources", []):
            kept.append({**rule, "verbs": [verb for verb in rule["verbs"] if verb in ("get", "list", "watch")]})
    clean.lab.kubectl("patch", "role", "seldon-v2-manager-role", "-n", "t", "--type=merge", "-p", json.dumps({"rules": kept}))
    clean.lab.kubectl("apply", "-k", str(folder))
    clean.write_inventory({"t": {"tenant_namespace_manifests": str(folder), "tenant_namespace_wait_timeout": 40}})
    # The Role was changed by hand, which the playbook would first report; it is looked at without that.
    done = clean.run("-e", json.dumps({"tenant_namespace_take_over": False}))
    assert done.failed("t")
    logs = "".join(path.read_text() for path in (clean.lab.layout.operator_logs).glob("*"))
    assert "forbidden" in logs


def test_secrets_stay_secret(clean: Deployment, folder: Path) -> None:
    secret = f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: storage\nstringData:\n  key: {CANARY}\n"
    clean.write_inventory({"t": with_manifest(folder, secret)})
    outputs = [clean.run_for_people("--check", "--diff", "-vvv"), clean.run_for_people("--diff", "-vvv")]
    (folder / "extra.yaml").write_text(secret.replace(CANARY, CANARY + "-2"))
    outputs.append(clean.run_for_people("--diff", "-vvv"))
    encoded = subprocess.run(["base64"], input=CANARY[:9], capture_output=True, text=True, check=True).stdout[:8]
    for output in outputs:
        assert output.code == 0
        for text in (output.stdout, output.stderr):
            assert CANARY not in text
            assert encoded not in text


def test_the_documented_flow_by_hand_is_left_alone(clean: Deployment, folder: Path) -> None:
    clean.write_inventory({"t": {}})
    assert clean.run().code == 0
    clean.lab.kubectl("apply", "-k", str(folder))
    clean.lab.kubectl("wait", "--for=condition=Ready", "server/mlserver", "-n", "t", "--timeout=60s")
    before = clean.lab.kubectl("get", "servers,serverconfigs,models,experiments", "-n", "t", "-o", "jsonpath={.items[*].metadata.generation}")
    clean.write_inventory({"t": {"tenant_namespace_manifests": str(folder)}})
    mark = clean.lab.audit.mark()
    done = clean.run()
    assert done.code == 0, done.message("t")
    assert our_writes(clean, mark) == []
    after = clean.lab.kubectl("get", "servers,serverconfigs,models,experiments", "-n", "t", "-o", "jsonpath={.items[*].metadata.generation}")
    assert after == before


def test_killed_anywhere_the_next_run_finishes(clean: Deployment) -> None:
    """Ten kills of the whole process group, at moments spread over a run; then one run, then nothing to do."""
    clean.write_inventory(example_tenants())
    chance = random.Random(20261123)
    for _ in range(10):
        process = subprocess.Popen(
            clean.command("--forks", "2"),
            env=clean.environment(),
            cwd=REPOSITORY,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(chance.uniform(0.8, 6.0))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    finished = clean.run()
    assert finished.code == 0, [finished.message(name) for name in example_tenants()]
    mark = clean.lab.audit.mark()
    again = clean.run()
    assert again.code == 0
    assert our_writes(clean, mark) == []
