# SPDX-License-Identifier: GPL-3.0-or-later
"""One namespace for each level and version, and the API server's answer for a pod there."""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.pod_security.policy import (
    Level,
    Policy,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.client import KubeClient
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.connection import connect
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.errors import (
    Forbidden,
    Invalid,
    KubeError,
    NotFound,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resources import (
    NAMESPACE,
    POD,
    SERVICE_ACCOUNT,
)

from lab.layout import Layout

from .pods import Json

VERSIONS = (None, 0, 7, 8, 18, 19, 21, *range(22, 38), 38, 99)
"""None is ``latest``; the last two are newer than the cluster."""
_SAID = re.compile(r'violates PodSecurity "[^"]*": .*', re.DOTALL)
_PREFIX = "pod-security.kubernetes.io/"
BASES: tuple[Json, ...] = (
    {"containers": [{"name": "a", "image": "a:1"}]},
    {
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [
            {
                "name": "a",
                "image": "a:1",
                "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
            }
        ],
    },
    {
        "hostUsers": False,
        "securityContext": {"runAsUser": 0},
        "containers": [{"name": "a", "image": "a:1", "securityContext": {"allowPrivilegeEscalation": False}}],
    },
)
"""Pods that exist before the namespace gets its labels, so that ephemeral containers can be added to them."""


class Unreadable(Exception):
    """The API server refuses the pod at every level, because it is invalid."""


@dataclass(frozen=True)
class Live:
    """``namespaces`` by policy; the one with level privileged accepts every valid pod."""

    client: KubeClient
    namespaces: dict[Policy, str]
    free: str

    def refusal(self, pod: Json, namespace: str) -> str:
        """The API server's refusal; empty when it accepts the pod. Raises Unreadable."""
        body = {
            "apiVersion": "v1",
            "kind": "Pod",
            **pod,
            "metadata": {**pod["metadata"], "name": "drawn", "namespace": namespace},
        }
        return _refusal(lambda: self.client.create(POD, body, dry_run=True))

    def refusal_of_ephemeral(self, base: int, container: Json, namespace: str) -> str:
        """The refusal of an ephemeral container for one of BASES; empty when it is accepted. Raises Unreadable."""
        path = f"{POD.path(namespace, f'base-{base}')}/ephemeralcontainers"
        body = json.dumps({"spec": {"ephemeralContainers": [container]}}).encode()
        kind = "application/strategic-merge-patch+json"
        return _refusal(
            lambda: self.client._transport.request("PATCH", path, query={"dryRun": "All"}, body=body, content_type=kind)
        )


def _refusal(request: Callable[[], object]) -> str:
    try:
        request()
    except Forbidden as error:
        found = _SAID.search(error.message)
        if found is None:
            raise Unreadable(error.message) from None
        return found[0]
    except Invalid as error:
        raise Unreadable(error.message) from None
    except KubeError as error:
        # The API server reports a decoding error as an internal error.
        raise Unreadable(error.message) from None
    return ""


@contextmanager
def namespaces(layout: Layout, executor: Executor, versions: Sequence[int | None] = VERSIONS) -> Iterator[Live]:
    """Namespaces on a running lab. They are deleted at the end."""
    client = connect({"kubeconfig": str(layout.kubeconfig)}, connections=32)
    prefix = f"pss-{secrets.token_hex(2)}"
    policies = [Policy(level, minor) for level in (Level.BASELINE, Level.RESTRICTED) for minor in versions]
    found = {policy: f"{prefix}-{str(policy).replace(':', '-').replace('.', '-')}" for policy in policies}
    live = Live(client, found, f"{prefix}-free")
    try:
        list(executor.map(lambda name: _make(client, name), [live.free, *found.values()]))
        list(executor.map(lambda policy: _label(live, policy), policies))
        yield live
    finally:
        for name in (live.free, *found.values()):
            client.delete(NAMESPACE, None, name)


def _make(client: KubeClient, name: str) -> None:
    """Creates the namespace, waits for its default ServiceAccount, which every pod needs, and creates BASES."""
    client.create(NAMESPACE, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    _until(lambda: _exists(client, name), f"{name} gets no ServiceAccount")
    for index, spec in enumerate(BASES):
        # Without a node, so that nothing runs.
        spec = {**spec, "schedulingGates": [{"name": "example.com/never"}]}
        client.create(
            POD,
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": f"base-{index}", "namespace": name}, "spec": spec},
        )


def _exists(client: KubeClient, name: str) -> bool:
    try:
        client.get(SERVICE_ACCOUNT, name, "default")
    except NotFound:
        return False
    return True


def _label(live: Live, policy: Policy) -> None:
    name = live.namespaces[policy]
    version = str(policy).partition(":")[2]
    labels = {f"{_PREFIX}enforce": policy.level.value, f"{_PREFIX}enforce-version": version}
    live.client.apply(
        NAMESPACE,
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}},
        field_manager="conformance",
    )
    bad = {"metadata": {}, "spec": {"hostPID": True, "containers": [{"name": "a", "image": "a:1"}]}}
    _until(
        lambda: live.refusal(bad, name).startswith(f'violates PodSecurity "{policy}"'),
        f"{name} does not enforce {policy}",
    )


def _until(done: Callable[[], bool], otherwise: str) -> None:
    for _ in range(300):
        if done():
            return
        time.sleep(0.1)
    raise TimeoutError(otherwise)
