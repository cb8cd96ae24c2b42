# SPDX-License-Identifier: GPL-3.0-or-later
"""Tenants on a lab with the platform, with the role's defaults, but without a run of ansible-playbook."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.crd_keep.served import wait_until_served
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.connection import connect
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.invocation import Invocation
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resources import (
    CUSTOM_RESOURCE_DEFINITION,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant import entry_point

from lab.layout import REPOSITORY
from tests.integration.lab_fixture import Lab
from tests.labs import running_lab

PLATFORM = "seldon-system"
CENTRAL = "seldon-v2-controller-manager"
CHARTS = REPOSITORY / "lab" / "charts"
ROLE = REPOSITORY / "roles" / "tenant_namespace" / "defaults" / "main.yml"
USER_AGENT = "ml_platform.seldon"
PREFIX = "tenant_namespace_"

Result = Mapping[str, Any]


@dataclass(frozen=True)
class Tenancy:
    """A lab with a platform, and the actions of tests on its tenants."""

    lab: Lab

    def run(
        self, tenant: str, manifests: Sequence[Path] = (), *, check: bool = False, diff: bool = False, **options: Any
    ) -> Result:
        """The result of the role's one task. ``options`` are the role's variables without their prefix."""
        defaults = {key.removeprefix(PREFIX): value for key, value in yaml.safe_load(ROLE.read_text()).items()}
        given = {
            **defaults,
            "checks": "enforce",
            "wait_timeout": 60.0,
            "platform_namespace": PLATFORM,
            **options,
            "name": tenant,
            "manifests": [str(path) for path in manifests],
        }
        params = {name: given.pop(name, spec.get("default")) for name, spec in entry_point.ARGUMENT_SPEC.items()}
        params |= {"tenant": given, "kustomize_binary": str(self.lab.bin / "kustomize")}
        return entry_point.run(params, Invocation(self.lab.environment, check_mode=check, diff_mode=diff))

    def done(self, tenant: str, manifests: Sequence[Path] = (), **options: Any) -> Result:
        """The result of a run that has to succeed."""
        result = self.run(tenant, manifests, **options)
        assert not result.get("failed"), result["msg"]
        return result

    def refused(self, tenant: str, manifests: Sequence[Path] = (), **options: Any) -> str:
        """The message of a run that has to fail before it writes anything."""
        mark = self.lab.audit.mark()
        result = self.run(tenant, manifests, **options)
        assert result.get("failed")
        assert self.writes(mark) == []
        return str(result["msg"])

    def writes(self, mark: int) -> list[str]:
        """This collection's write requests since ``mark``, as ``verb uri``."""
        requests = self.lab.audit.since(mark)
        return [f"{r.verb} {r.uri}" for r in requests if r.is_write and r.user_agent.startswith(USER_AGENT)]

    def until(self, what: str, true: Callable[[], bool], seconds: float = 60.0) -> None:
        """Waits until ``true`` returns True; ``what`` is the text of the failure."""
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, f"not within {seconds:.0f} s: {what}"
            time.sleep(0.2)

    def get(self, kind: str, name: str, namespace: str = "") -> dict[str, Any]:
        """One object."""
        found: dict[str, Any] = json.loads(
            self.lab.kubectl("get", kind, name, *_in(namespace), "-o", "json", "--show-managed-fields")
        )
        return found

    def names(self, kind: str, namespace: str) -> set[str]:
        """The names of all objects of a kind."""
        return {
            obj["metadata"]["name"]
            for obj in json.loads(self.lab.kubectl("get", kind, "-n", namespace, "-o", "json"))["items"]
        }

    def apply(self, obj: Mapping[str, Any], *arguments: str) -> None:
        """kubectl apply of one object."""
        self.lab.kubectl("apply", *arguments, "-f", "-", stdin=json.dumps(obj))

    def patch(self, kind: str, name: str, namespace: str, patch: Mapping[str, Any]) -> None:
        """A merge patch by kubectl."""
        self.lab.kubectl("patch", kind, name, *_in(namespace), "--type=merge", "-p", json.dumps(patch))

    def install(self, release: str, *values: str) -> None:
        """Installs or upgrades the platform of that release by Helm."""
        charts = CHARTS / release
        for name, more in (("crds", []), ("setup", [f"--set={value}" for value in values])):
            command = [
                "upgrade",
                "--install",
                f"seldon-{name}",
                str(charts / f"seldon-core-v2-{name}"),
                "-n",
                PLATFORM,
                "--create-namespace",
                "--reset-values",
                *more,
            ]
            done = subprocess.run(
                [self.lab.bin / "helm", *command], env=self.lab.environment, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stderr
            # Helm does not wait for the kinds that the second chart needs.
            client = connect({"kubeconfig": str(self.lab.kubeconfig)})
            wait_until_served(client, client.list(CUSTOM_RESOURCE_DEFINITION))
        self.lab.kubectl("rollout", "status", f"deployment/{CENTRAL}", "-n", PLATFORM, "--timeout=60s")


def _in(namespace: str) -> list[str]:
    return ["-n", namespace] if namespace else []


def actions(result: Result) -> dict[str, str]:
    """``Kind name`` to what happened to it."""
    return {f"{entry['kind']} {entry['name']}": entry["action"] for entry in result["objects"]}


@contextmanager
def own_lab(directory: Path) -> Iterator[Tenancy]:
    """An empty lab."""
    with running_lab(directory / "lab") as layout:
        yield Tenancy(Lab(layout))


@pytest.fixture(scope="session")
def tenancy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenancy]:
    """One lab with the platform 2.10.2 for all modules; each test has tenants of its own names."""
    with own_lab(tmp_path_factory.mktemp("tenancy")) as found:
        found.install("2.10.2")
        yield found
