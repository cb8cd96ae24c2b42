# SPDX-License-Identifier: GPL-3.0-or-later
"""Seeded faults in a deployment: their messages, and the objects that remain."""

from __future__ import annotations

import base64
import json
import os
import random
import re
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lab.layout import REPOSITORY
from tests.integration.deployment import EXAMPLES, Deployment, Run, example_tenants
from tests.integration.test_deploy import our_writes, our_writes_but_the_readme

CANARY = "canary-7f3a9c51"


@pytest.fixture(scope="module")
def platform(deployment: Deployment) -> Deployment:
    """The lab with the platform, and without tenants. Each test has its own tenant names."""
    deployment.write_inventory({})
    done = deployment.run()
    assert done.code == 0, done.message("seldon-system") + done.stderr
    return deployment


def folder_of(tenant: str, directory: Path) -> Path:
    """A copy of a team's kustomization for this tenant, which a test can change."""
    copy = directory / tenant
    shutil.copytree(EXAMPLES / "fraud-detection" / "k8s" / "base", copy)
    kustomization = copy / "kustomization.yaml"
    kustomization.write_text(kustomization.read_text().replace("namespace: fraud-detection", f"namespace: {tenant}"))
    return copy


def tenant_writes(deployment: Deployment, mark: int) -> list[str]:
    """The collection's write requests, without those for the platform."""
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
    "a quota with an invalid quantity": ({"tenant_namespace_quota": {"requests.memory": "10GB"}}, ["tenant_namespace_quota", "10GB", "10Gi"]),
    "an unknown option": ({"tenant_namespace_quotta": {"requests.cpu": "1"}}, ["tenant_namespace_quotta", "tenant_namespace_quota"]),
    "an unknown option of the playbook": ({"seldon_deploy_chekcs": "warn"}, ["seldon_deploy_chekcs", "seldon_deploy_checks"]),
    "an unknown suboption": ({"tenant_namespace_runtime": {"pipeline": "never"}}, ["tenant_namespace_runtime.pipeline", "pipelines"]),
    "manifests that are not there": ({"tenant_namespace_manifests": "/nowhere/base"}, ["/nowhere/base"]),
}  # fmt: skip


BAD_NAMES = {
    "kube-system": ["kube-system", "reserved", "tenant_namespace_name"],
    "Fraud_Detection": ["Fraud_Detection", "tenant_namespace_name"],
    "seldon-system-": ["seldon-system-", "tenant_namespace_name"],
}

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


EXPECTED = {
    **{f"variables-{number}": expected for number, (_, expected) in enumerate(BAD_VARIABLES.values())},
    **BAD_NAMES,
    **{f"manifests-{number}": expected for number, (_, expected) in enumerate(BAD_MANIFESTS.values())},
}


@dataclass(frozen=True)
class Refusals:
    """One run over all the bad tenants, and what it wrote."""

    run: Run
    writes: list[str]


@pytest.fixture(scope="module")
def refusals(platform: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Refusals:
    directory = tmp_path_factory.mktemp("bad")
    tenants: dict[str, dict[str, Any]] = {name: {} for name in BAD_NAMES}
    for number, (variables, _) in enumerate(BAD_VARIABLES.values()):
        folder = folder_of(f"variables-{number}", directory)
        tenants[folder.name] = {"tenant_namespace_manifests": str(folder), **variables}
    for number, (text, _) in enumerate(BAD_MANIFESTS.values()):
        # As plain files: kustomize would refuse some of them itself, with its own messages.
        folder = folder_of(f"manifests-{number}", directory)
        (folder / "kustomization.yaml").unlink()
        (folder / "extra.yaml").write_text(text)
        tenants[folder.name] = {"tenant_namespace_manifests": str(folder)}
    platform.write_inventory(tenants)
    mark = platform.lab.audit.mark()
    return Refusals(platform.run(), tenant_writes(platform, mark))


@pytest.mark.parametrize("tenant", EXPECTED, ids=[*BAD_VARIABLES, *BAD_NAMES, *BAD_MANIFESTS])
def test_what_is_bad_is_refused_before_the_first_write(refusals: Refusals, tenant: str) -> None:
    assert refusals.run.failed(tenant)
    for text in EXPECTED[tenant]:
        assert text in refusals.run.message(tenant)
    assert refusals.writes == []


def test_templates_in_manifests_stay_literal(platform: Deployment, tmp_path: Path) -> None:
    marker = tmp_path / "executed"
    literal = "{{ lookup('pipe', 'touch %s') }}" % marker
    text = f'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: literal\ndata:\n  value: "{literal}"\n'
    platform.write_inventory({"literal": with_manifest(folder_of("literal", tmp_path), text)})
    done = platform.run("--limit", "literal")
    assert done.code == 0, done.message("literal")
    stored = json.loads(platform.lab.kubectl("get", "configmap", "literal", "-n", "literal", "-o", "json"))
    assert stored["data"]["value"] == literal
    assert not marker.exists()


def test_a_broken_tenant_fails_alone(platform: Deployment, tmp_path: Path) -> None:
    broken = with_manifest(folder_of("broken", tmp_path), MODEL + "  replicas: three\n")
    platform.write_inventory({**example_tenants(), "broken": broken})
    shown = platform.run_for_people()
    assert shown.code != 0
    assert "failed before anything was written" in shown.stdout
    assert "--limit broken" in shown.stdout
    assert platform.lab.kubectl("get", "namespace", "broken", "--ignore-not-found") == ""
    done = platform.run("--limit", "tenants")
    assert done.failed("broken")
    for name in example_tenants():
        assert not done.failed(name)
        assert done.changed(name) == 0


SECRET = f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: storage\nstringData:\n  key: {CANARY}\n"


def test_secrets_stay_secret(platform: Deployment, tmp_path: Path) -> None:
    folder = folder_of("secretive", tmp_path)
    variables = with_manifest(folder, SECRET)
    kustomization = folder / "kustomization.yaml"
    generator = f"\nsecretGenerator:\n  - name: generated\n    literals: [key={CANARY}]\n"
    kustomization.write_text(kustomization.read_text() + generator)
    platform.write_inventory({"secretive": variables})
    outputs = [platform.run_for_people("--limit", "secretive", "--check", "--diff", "-vvvv")]
    outputs.append(platform.run_for_people("--limit", "secretive", "--diff", "-vvvv"))
    (folder / "extra.yaml").write_text(SECRET.replace(CANARY, CANARY + "-2"))
    kustomization.write_text(kustomization.read_text().replace(CANARY, CANARY + "-2"))
    outputs.append(platform.run_for_people("--limit", "secretive", "--diff", "-vvvv"))
    assert [output.code for output in outputs] == [0, 0, 0]
    (folder / "extra.yaml").write_text(SECRET.replace("  key: ", "  key: !"))
    outputs.append(platform.run_for_people("--limit", "secretive", "--diff", "-vvvv"))
    kustomization.write_text(kustomization.read_text().replace(f"key={CANARY}", CANARY))
    (folder / "extra.yaml").write_text(SECRET)
    outputs.append(platform.run_for_people("--limit", "secretive", "--diff", "-vvvv"))
    assert [output.code for output in outputs[3:]] == [2, 2]
    encoded = base64.b64encode(CANARY[:9].encode()).decode()[:8]
    for output in outputs:
        for text in (output.stdout, output.stderr):
            assert CANARY not in text
            assert encoded not in text


def test_the_documented_flow_by_hand_is_left_alone(platform: Deployment, tmp_path: Path) -> None:
    def generations() -> str:
        return platform.lab.kubectl(
            "get",
            "servers,serverconfigs,models,experiments",
            "-n",
            "by-hand",
            "-o",
            "jsonpath={.items[*].metadata.generation}",
        )

    folder = folder_of("by-hand", tmp_path)
    platform.write_inventory({"by-hand": {}})
    assert platform.run("--limit", "by-hand").code == 0
    platform.lab.kubectl("apply", "-k", str(folder))
    platform.lab.kubectl("wait", "--for=condition=Ready", "server/mlserver", "-n", "by-hand", "--timeout=60s")
    before = generations()
    platform.write_inventory({"by-hand": {"tenant_namespace_manifests": str(folder)}})
    mark = platform.lab.audit.mark()
    done = platform.run()
    assert done.code == 0, done.message("by-hand")
    assert our_writes_but_the_readme(platform, mark, "by-hand") == []
    assert generations() == before


def test_killed_anywhere_the_next_run_finishes(platform: Deployment, tmp_path: Path) -> None:
    """Ten kills of the process group, spread over a run. One more run finishes, and a second one changes nothing."""
    tenants = {name: {"tenant_namespace_manifests": str(folder_of(name, tmp_path))} for name in ("first", "second")}
    platform.write_inventory(tenants)
    chance = random.Random(20261123)
    for _ in range(10):
        process = subprocess.Popen(
            platform.command("--forks", "2"),
            env=platform.environment(),
            cwd=REPOSITORY,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(chance.uniform(0.8, 6.0))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    finished = platform.run()
    assert finished.code == 0, [finished.message(name) for name in ("seldon-system", *tenants)]
    mark = platform.lab.audit.mark()
    again = platform.run()
    assert again.code == 0
    assert our_writes(platform, mark) == []


def test_a_group_with_access_to_two_tenants_is_a_warning_also_where_one_is_left_out(platform: Deployment) -> None:
    shared = {"tenant_namespace_access": {"deployers": {"groups": ["everybody"]}}}
    platform.write_inventory({"shared-one": shared, "shared-two": shared})
    checked = platform.run_for_people("-t", "check", "--limit", "seldon-system,shared-one")
    assert checked.code == 0, checked.stdout
    assert "group everybody has access to shared-one (deployers), shared-two (deployers)" in checked.stdout
    assert re.search(r"^shared-one +would be changed$", checked.stdout, re.MULTILINE), checked.stdout
