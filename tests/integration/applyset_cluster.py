# SPDX-License-Identifier: GPL-3.0-or-later
"""Shared by the applyset tests: a call of the core, and requests of other users."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset import entry_point
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube import resources as known
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.client import KubeClient
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.connection import connect
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.entry_point import result_of
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.invocation import Invocation

from lab.audit import Request

USER_AGENT = "ml_platform.seldon"


def fresh_name(prefix: str = "applyset") -> str:
    """A name that no other test has."""
    return f"{prefix}-{secrets.token_hex(4)}"


class Cluster:
    """The lab, as a cluster that the collection connects to."""

    def __init__(self, kubeconfig: Path, **options: Any) -> None:
        self.environ = {**os.environ, "KUBECONFIG": str(kubeconfig)}
        self.options = options

    @property
    def client(self) -> KubeClient:
        """A new client."""
        return connect(self.options, self.environ)

    def run(self, *, check: bool = False, diff: bool = False, **options: Any) -> dict[str, Any]:
        """The result of the module with these options."""
        params = {name: spec.get("default") for name, spec in entry_point.ARGUMENT_SPEC.items()}
        params |= {"wait_timeout": 30.0, **self.options, **options}
        return result_of(entry_point, params, Invocation(self.environ, check_mode=check, diff_mode=diff))


def actions(result: Mapping[str, Any]) -> dict[str, str]:
    """``Kind name`` to its action."""
    return {f"{entry['kind']} {entry['name']}": entry["action"] for entry in result["objects"]}


def ours(requests: list[Request]) -> list[Request]:
    """The requests that the collection sent."""
    return [request for request in requests if request.user_agent.startswith(USER_AGENT)]


def writes(requests: list[Request]) -> list[str]:
    """``verb resource/name`` of the collection's write requests."""
    return [f"{r.verb} {r.resource}/{r.name}" for r in ours(requests) if r.is_write]


def config_map(namespace: str, name: str = "settings", **data: str) -> dict[str, Any]:
    """A ConfigMap."""
    return {
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": namespace}, "data": data,
    }  # fmt: skip


@contextmanager
def created_namespace(cluster: Cluster, prefix: str = "applyset") -> Iterator[str]:
    """The name of a new namespace that no set contains. It is deleted at the end."""
    name = fresh_name(prefix)
    cluster.client.apply(known.NAMESPACE, namespace_object(name), field_manager="test")
    yield name
    cluster.client.delete(known.NAMESPACE, None, name)


def namespace_object(name: str) -> dict[str, Any]:
    """A Namespace."""
    return {"apiVersion": "v1", "kind": known.NAMESPACE.kind, "metadata": {"name": name}}
