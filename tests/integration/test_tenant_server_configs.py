# SPDX-License-Identifier: GPL-3.0-or-later
"""The ServerConfig that a Server resolves to: the platform's, the team's own, and changes between them."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from lab.layout import REPOSITORY
from tests.integration.tenancy import PLATFORM, Tenancy, actions

EXAMPLE = REPOSITORY / "examples" / "fraud-detection" / "k8s" / "base" / "server-config.yaml"
SERVER = "apiVersion: mlops.seldon.io/v1alpha1\nkind: Server\nmetadata:\n  name: inference\nspec:\n  serverConfig: {}\n"
PIPELINE = """apiVersion: mlops.seldon.io/v1alpha1
kind: Pipeline
metadata:
  name: chain
spec:
  steps: [{name: iris}]
  output: {steps: [iris]}
---
apiVersion: mlops.seldon.io/v1alpha1
kind: Model
metadata:
  name: iris
spec:
  storageUri: gs://seldon-models/mlserver/iris
  requirements: [sklearn]
"""


def image(tenancy: Tenancy, tenant: str) -> str:
    """The image of all running pods of the Server; the template alone does not prove it."""
    workload = tenancy.get("statefulset", "inference", tenant)
    assert workload["status"]["currentRevision"] == workload["status"]["updateRevision"]
    return next(str(c["image"]) for c in workload["spec"]["template"]["spec"]["containers"] if c["name"] == "mlserver")


def with_image(config: dict[str, Any], tag: str) -> dict[str, Any]:
    changed = copy.deepcopy(config)
    [container] = [c for c in changed["spec"]["podSpec"]["containers"] if c["name"] == "mlserver"]
    container["image"] = f"docker.io/seldonio/mlserver:{tag}"
    return changed


@pytest.fixture(scope="module")
def offered(tenancy: Tenancy) -> Iterator[dict[str, Any]]:
    """The platform's ServerConfig `mlserver`, restored after the test."""
    live = tenancy.get("serverconfig", "mlserver", PLATFORM)
    yield live
    tenancy.patch("serverconfig", "mlserver", PLATFORM, {"spec": live["spec"]})


@pytest.fixture
def own_config(offered: dict[str, Any]) -> dict[str, Any]:
    """The team's own ServerConfig of that name, with the same volumes, because those of a StatefulSet cannot change."""
    config = yaml.safe_load(EXAMPLE.read_text())
    config["metadata"] = {"name": "mlserver"}
    config["spec"]["volumeClaimTemplates"] = offered["spec"]["volumeClaimTemplates"]
    return with_image(config, "own")


def folder(path: Path, *texts: str) -> Path:
    """A directory with one file per text."""
    path.mkdir(exist_ok=True)
    for file in path.iterdir():
        file.unlink()
    for number, text in enumerate(texts):
        (path / f"{number}.yaml").write_text(text)
    return path


def test_a_platform_config_follows_the_platform_and_goes_with_its_last_server(
    tenancy: Tenancy, offered: dict[str, Any], tmp_path: Path
) -> None:
    manifests = [folder(tmp_path / "m", SERVER.format("mlserver"))]
    result = tenancy.done("offered", manifests)
    assert result["servers"][0]["source"] == "platform"
    assert tenancy.get("serverconfig", "mlserver", "offered")["spec"] == offered["spec"]
    assert image(tenancy, "offered") == "docker.io/seldonio/mlserver:1.7.1"
    uid = tenancy.get("serverconfig", "mlserver", "offered")["metadata"]["uid"]

    tenancy.patch("serverconfig", "mlserver", PLATFORM, {"spec": with_image(offered, "9.9.9")["spec"]})
    assert actions(tenancy.done("offered", manifests))["ServerConfig mlserver"] == "updated"
    assert image(tenancy, "offered") == "docker.io/seldonio/mlserver:9.9.9"
    assert tenancy.get("serverconfig", "mlserver", "offered")["metadata"]["uid"] == uid
    mark = tenancy.lab.audit.mark()
    assert not tenancy.done("offered", manifests)["changed"]
    assert tenancy.writes(mark) == []

    nothing = folder(tmp_path / "m", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: other\n")
    assert actions(tenancy.done("offered", [nothing]))["ServerConfig mlserver"] == "removed"
    assert tenancy.names("serverconfigs", "offered") == set()
    # Kubernetes' garbage collector deletes the StatefulSet after its Server is gone.
    tenancy.lab.kubectl("wait", "--for=delete", "statefulset/inference", "-n", "offered", "--timeout=60s")
    assert tenancy.names("statefulsets", "offered") == {"seldon-scheduler"}


def test_a_team_that_brings_its_own_takes_the_name_over_without_a_gap(
    tenancy: Tenancy, offered: dict[str, Any], own_config: dict[str, Any], tmp_path: Path
) -> None:
    tenancy.done("brings", [folder(tmp_path / "m", SERVER.format("mlserver"))])
    uid = tenancy.get("serverconfig", "mlserver", "brings")["metadata"]["uid"]
    mark = tenancy.lab.audit.mark()
    both = folder(tmp_path / "m", SERVER.format("mlserver"), yaml.safe_dump(own_config))
    result = tenancy.done("brings", [both])
    assert (result["servers"][0]["source"], result["servers"][0]["hides_platform"]) == ("own", True)
    assert actions(result)["ServerConfig mlserver"] == "updated"
    assert [request for request in tenancy.writes(mark) if request.startswith("delete")] == []
    stored = tenancy.get("serverconfig", "mlserver", "brings")
    assert stored["metadata"]["uid"] == uid
    # Exactly as on a cluster without the platform's one: no part of that is mixed in.
    tenancy.done("fresh", [folder(tmp_path / "f", SERVER.format("mlserver"), yaml.safe_dump(own_config))])
    assert stored["spec"] == tenancy.get("serverconfig", "mlserver", "fresh")["spec"]
    assert image(tenancy, "brings") == "docker.io/seldonio/mlserver:own"

    back = tenancy.done("brings", [folder(tmp_path / "m", SERVER.format("mlserver"))])
    assert back["servers"][0]["source"] == "platform"
    assert (
        tenancy.get("serverconfig", "mlserver", "brings")["spec"]
        == tenancy.get("serverconfig", "mlserver", PLATFORM)["spec"]
    )


@pytest.mark.parametrize("check", [False, True])
def test_volumes_that_no_stateful_set_takes_are_refused_before_the_write(
    tenancy: Tenancy, own_config: dict[str, Any], tmp_path: Path, check: bool
) -> None:
    tenant = "volumes-check" if check else "volumes"
    files = folder(tmp_path / "m", SERVER.format("mlserver"), yaml.safe_dump(own_config))
    tenancy.done(tenant, [files])
    larger = copy.deepcopy(own_config)
    larger["spec"]["volumeClaimTemplates"][0]["spec"]["resources"]["requests"]["storage"] = "7Gi"
    files = folder(tmp_path / "m", SERVER.format("mlserver"), yaml.safe_dump(larger))
    message = tenancy.refused(tenant, [files], check=check)
    assert "Server inference: its ServerConfig mlserver changes volumeClaimTemplates" in message
    # The advice works.
    if not check:
        tenancy.lab.kubectl("delete", "server", "inference", "-n", tenant, "--wait=true")
        tenancy.lab.kubectl("wait", "--for=delete", "statefulset/inference", "-n", tenant, "--timeout=60s")
        tenancy.done(tenant, [files])
        assert "7Gi" in str(tenancy.get("statefulset", "inference", tenant)["spec"]["volumeClaimTemplates"])


def content(obj: dict[str, Any]) -> dict[str, Any]:
    """The object without its ownership."""
    dropped = ("managedFields", "resourceVersion")
    return {**obj, "metadata": {name: value for name, value in obj["metadata"].items() if name not in dropped}}


def managers(obj: dict[str, Any]) -> set[str]:
    return {entry["manager"] for entry in obj["metadata"]["managedFields"]}


def test_a_config_that_the_team_changes_by_hand_becomes_its_own_as_it_is(
    tenancy: Tenancy, own_config: dict[str, Any], tmp_path: Path
) -> None:
    manifests = [folder(tmp_path / "m", SERVER.format("mlserver"))]
    tenancy.done("by-hand", manifests)
    tenancy.apply(own_config, "-n", "by-hand")
    before = tenancy.get("serverconfig", "mlserver", "by-hand")
    mark = tenancy.lab.audit.mark()
    predicted = tenancy.done("by-hand", manifests, check=True, diff=True)
    assert tenancy.writes(mark) == []
    result = tenancy.done("by-hand", manifests)
    assert actions(predicted) == actions(result) and actions(result)["ServerConfig mlserver"] == "handed over"
    after = tenancy.get("serverconfig", "mlserver", "by-hand")
    assert content(after) == content(before)
    assert managers(before) - managers(after) == {"ml_platform.seldon"}
    assert result["servers"][0]["source"] == "own"
    [note] = [note for note in result["notes"] if "ServerConfig mlserver" in note]
    assert (
        '"kubectl-client-side-apply"' in note
        and "kubectl replace -f" in note
        and ".metadata.labels.applyset.kubernetes.io/part-of" in note
    )
    mark = tenancy.lab.audit.mark()
    again = tenancy.done("by-hand", manifests)
    assert (again["changed"], [note for note in again["notes"] if "ServerConfig" in note], tenancy.writes(mark)) == (
        False,
        [],
        [],
    )
    # From here on any tool of the team can change it.
    tenancy.apply(own_config, "-n", "by-hand", "--server-side", "--field-manager=argocd", "--force-conflicts")
    assert not tenancy.done("by-hand", manifests)["changed"]
    tenancy.lab.kubectl("delete", "serverconfig", "mlserver", "-n", "by-hand")
    assert actions(tenancy.done("by-hand", manifests))["ServerConfig mlserver"] == "created"


def test_a_pipeline_turns_its_components_on_and_off(tenancy: Tenancy, tmp_path: Path) -> None:
    def replicas() -> dict[str, int]:
        names = ("seldon-dataflow-engine", "seldon-modelgateway", "seldon-pipelinegateway", "hodometer")
        return {name: tenancy.get("deployment", name, "piped")["spec"]["replicas"] for name in names}

    off = dict.fromkeys(("seldon-dataflow-engine", "seldon-modelgateway", "seldon-pipelinegateway", "hodometer"), 0)
    on = {**off, "seldon-dataflow-engine": 1, "seldon-modelgateway": 1, "seldon-pipelinegateway": 1}
    model = PIPELINE.partition("---\n")[2]
    for text, expected in ((model, off), (PIPELINE, on), (model, off)):
        manifests = [folder(tmp_path / "m", SERVER.format("mlserver"), text)]
        result = tenancy.done("piped", manifests)
        assert replicas() == expected
        assert result["pipelines"] == (["chain"] if expected == on else [])
        assert not tenancy.done("piped", manifests)["changed"]
    tenancy.apply(yaml.safe_load(PIPELINE.partition("---\n")[0]), "-n", "piped")
    tenancy.done("piped", manifests)
    assert replicas() == on
