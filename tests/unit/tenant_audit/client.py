# SPDX-License-Identifier: GPL-3.0-or-later
"""A client that answers from the recorded demo."""

from __future__ import annotations

from typing import Any

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resource import Resource

from tests.unit.tenant_audit.cluster import clean


class Client:
    """``refusals`` by plural, those of logs by ``namespace/name`` of the pod. ``logs`` are texts by the same; others
    are empty.
    """

    def __init__(self, refusals: dict[str, Exception] | None = None, logs: dict[str, str] | None = None) -> None:
        self.cluster, self.refusals, self.logs = clean(), refusals or {}, logs or {}
        self.whole: list[Resource] = []
        self.read: list[tuple[str, str, int]] = []

    def server_version(self) -> str:
        return "v1.37.2"

    def list_metadata(self, resource: Resource, namespace: str | None = None) -> list[dict[str, Any]]:
        return self._answer(resource)

    def list(
        self, resource: Resource, namespace: str | None = None, label_selector: str | None = None
    ) -> list[dict[str, Any]]:
        if namespace:
            return self.cluster.inventories
        self.whole.append(resource)
        return self._answer(resource)

    def read_log(
        self, namespace: str, pod: str, container: str, *, lines: int, seconds: int, largest: int, timeout: float
    ) -> str:
        title = f"{namespace}/{pod}"
        self.read.append((title, container, lines))
        if title in self.refusals:
            raise self.refusals[title]
        return self.logs.get(title, "")[:largest]

    def _answer(self, resource: Resource) -> list[dict[str, Any]]:
        if resource.plural in self.refusals:
            raise self.refusals[resource.plural]
        return self.cluster.objects[resource]
