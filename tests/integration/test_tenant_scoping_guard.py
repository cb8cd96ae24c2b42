# SPDX-License-Identifier: GPL-3.0-or-later
"""Tenants on a platform with the scoping guard: hostile manifests are refused before anything is written, and the API
server refuses the team the same objects.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.guard.configuration import (
    configuration,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.guard.options import GuardOptions
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.guard.policy import policies

from lab.layout import REPOSITORY
from tests.conformance.guard.objects import Json, pod, server, server_config
from tests.integration.tenancy import PLATFORM, Tenancy

EXAMPLES = REPOSITORY / "examples"
GPU = {**server_config(pod(runtimeClassName="other")), "metadata": {"name": "gpu", "namespace": PLATFORM}}


def guard(options: GuardOptions) -> list[Json]:
    """The objects that the role seldon_core applies."""
    found = policies(options, PLATFORM)
    return [*found, configuration(options, found, PLATFORM)]


@contextmanager
def guarded(tenancy: Tenancy, options: GuardOptions = GuardOptions()) -> Iterator[None]:
    """Enables the guard until the end of the block."""
    objects = guard(options)
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})
    tenancy.lab.kubectl("apply", "--server-side", "--force-conflicts", "-f", "-", stdin=text)
    try:
        yield
    finally:
        tenancy.lab.kubectl("delete", "-f", "-", stdin=text)


def written(directory: Path, *objects: Json) -> Path:
    """A team folder with one file for each object, without a namespace."""
    for number, obj in enumerate(objects):
        metadata = {key: value for key, value in obj["metadata"].items() if key != "namespace"}
        (directory / f"{number}-{obj['kind'].lower()}.json").write_text(json.dumps({**obj, "metadata": metadata}))
    return directory


def test_a_hostile_folder_is_refused_before_anything_is_written(tenancy: Tenancy, tmp_path: Path) -> None:
    folder = written(
        tmp_path,
        server_config(
            pod(hostNetwork=True, serviceAccountName="seldon-scheduler"),
            labels={"control-plane": "v2-controller-manager"},
        ),
        {
            **server(pod(hostAliases=[{"ip": "10.0.0.1"}])),
            "spec": {"serverConfig": "case", "podSpec": pod(hostAliases=[{"ip": "10.0.0.1"}])},
        },
    )
    with guarded(tenancy):
        message = tenancy.refused("hostile", [folder], checks="enforce")
    for text in (
        f"{folder}/0-serverconfig.json:1  ServerConfig case: SG101 host-namespaces: spec.podSpec.hostNetwork",
        "ServerConfig case: SG103 service-account:",
        "ServerConfig case: SG401 operator-labels:",
        f"{folder}/1-server.json:1  Server case: SG110 host-aliases: spec.podSpec.hostAliases must be empty",
    ):
        assert text in message


def test_where_it_is_only_said_the_api_server_refuses_it(tenancy: Tenancy, tmp_path: Path) -> None:
    folder = written(tmp_path, server_config(pod(hostPID=True)))
    with guarded(tenancy):
        predicted = tenancy.run("warned", [folder], check=True, checks="warn")
        assert any("SG101 host-namespaces" in note for note in predicted["notes"])
        tenancy.done("warned", [])
        result = tenancy.run("warned", [folder], checks="warn")
    assert result["failed"]
    assert (
        "ServerConfig case: SG101 host-namespaces: spec.podSpec.hostNetwork, hostPID or hostIPC must not be true"
        in result["msg"]
    )


def test_a_deployer_is_refused_by_kubectl(tenancy: Tenancy) -> None:
    with guarded(tenancy):
        tenancy.done("edited", access={"deployers": {"groups": ["fraud-team"]}})
        for obj, text in (
            (server(pod(hostNetwork=True)), "Server case: SG101"),
            (server(labels={"control-plane": "a"}), "Server case: SG401"),
        ):
            obj = {**obj, "metadata": {**obj["metadata"], "namespace": "edited"}}
            command = ["create", "-f", "-", "--as=maria", "--as-group=fraud-team", "--as-group=system:authenticated"]
            with pytest.raises(subprocess.CalledProcessError) as refused:
                tenancy.lab.kubectl(*command, stdin=json.dumps(obj))
            assert text in refused.value.stderr
        fine = {**server(), "metadata": {"name": "fine", "namespace": "edited"}, "spec": {"serverConfig": "mlserver"}}
        tenancy.lab.kubectl(*command, stdin=json.dumps(fine))


@pytest.mark.parametrize("example", ["fraud-detection", "recommendation-engine"])
def test_an_example_deploys_and_the_second_run_writes_nothing(tenancy: Tenancy, example: str) -> None:
    folder = EXAMPLES / example / "k8s" / "base"
    with guarded(tenancy, GuardOptions(registries=("docker.io/seldonio",))):
        tenancy.done(example, [folder], checks="enforce")
        mark = tenancy.lab.audit.mark()
        assert not tenancy.done(example, [folder], checks="enforce")["changed"]
        assert tenancy.writes(mark) == []


def test_what_the_platform_offers_is_judged_too(tenancy: Tenancy, tmp_path: Path) -> None:
    folder = written(tmp_path, {**server(), "spec": {"serverConfig": "gpu"}})
    tenancy.apply(GPU)
    try:
        with guarded(tenancy):
            message = tenancy.refused("offered", [folder], checks="enforce")
        assert "ServerConfig gpu: SG109 runtime-class" in message and "the platform itself puts it there" in message
        with guarded(tenancy, GuardOptions(runtime_classes=("other",))):
            tenancy.done("offered", [folder], wait=False, checks="enforce")
        with guarded(tenancy, GuardOptions(exempt_groups=("system:masters", "kubeadm:cluster-admins"))):
            tenancy.done("exempt", [folder], check=True, checks="enforce")
    finally:
        tenancy.lab.kubectl("delete", "serverconfig", "gpu", "-n", PLATFORM)


def test_a_config_that_is_older_than_the_guard_is_found_through_its_server(tenancy: Tenancy, tmp_path: Path) -> None:
    tenancy.done("older")
    old = server_config(pod(hostIPC=True))
    tenancy.apply({**old, "metadata": {"name": "old", "namespace": "older"}})
    folder = written(tmp_path, {**server(), "spec": {"serverConfig": "old"}})
    with guarded(tenancy):
        message = tenancy.refused("older", [folder], checks="enforce")
    assert "Server case: with ServerConfig old SG101 host-namespaces" in message


def test_options_that_cannot_be_read_stop_the_tenant(tenancy: Tenancy) -> None:
    broken: dict[str, Any] = configuration(GuardOptions(), [], PLATFORM)
    broken["data"]["options"] = "{"
    tenancy.apply(broken)
    try:
        assert "ConfigMap seldon-system/seldon-scoping-guard: data.options cannot be read" in tenancy.refused("unread")
    finally:
        tenancy.lab.kubectl("delete", "configmap", "seldon-scoping-guard", "-n", PLATFORM)
