# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps one Envoy as the meshes of all tenants: the port of each running pod of Seldon's Envoy is forwarded to a
listener with the tenant's routes.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
from pathlib import Path
from typing import Any

from kubernetes.client.exceptions import ApiException

from ..api import TRANSPORT_ERRORS, Api, Change, Manifest
from ..layout import REPOSITORY, Layout
from ..ports import free_ports
from ..processes import start
from . import forward
from .envoy import clusters, discovery, dynamic_bootstrap, listeners
from .table import envoy_port, mesh

_SELDON = "/apis/mlops.seldon.io/v1alpha1"
_SETTLE = 0.3  # seconds to wait for further changes
_AGAIN = 2.0
_log = logging.getLogger(__name__)

Key = tuple[str, str]


class Meshes:
    """`run` is the body of a thread. Nothing is started, and no Model is read, before the first Envoy's pod runs."""

    def __init__(self, api: Api, layout: Layout, envoy: Path, stop: threading.Event) -> None:
        self._api, self._layout, self._envoy, self._stop = api, layout, envoy, stop
        self._pods: dict[Key, int] = {}
        self._objects: dict[str, dict[Key, Manifest]] = {"models": {}, "experiments": {}}
        self._ports: dict[str, tuple[int, int]] = {}
        self._forwarded: dict[str, int] = {}
        self._server_port = 0
        self._lock = threading.Lock()
        self._changed = threading.Event()

    def handle_pod(self, change: Change) -> None:
        port = envoy_port(change.manifest)
        if port is None:
            return
        with self._lock:
            if change.gone or "deletionTimestamp" in change.manifest["metadata"]:
                self._pods.pop(_key(change.manifest), None)
            else:
                self._pods[_key(change.manifest)] = port
        self._changed.set()

    def run(self) -> None:
        """Works until the lab ends; retries after errors of the apiserver."""
        while not self._stop.is_set():
            self._changed.wait()
            self._stop.wait(_SETTLE)
            self._changed.clear()
            try:
                self._bring_about()
            except (ApiException, *TRANSPORT_ERRORS) as error:
                _log.warning("the meshes: %s; trying again", str(error).splitlines()[0])
                self._stop.wait(_AGAIN)
                self._changed.set()

    def _bring_about(self) -> None:
        with self._lock:
            pods = {namespace: port for (namespace, _name), port in self._pods.items()}
            objects = {plural: list(found.values()) for plural, found in self._objects.items()}
        if pods and not self._server_port:
            self._start()
        for namespace in set(pods) - set(self._ports):
            mesh_port, agent_port = free_ports(2)
            self._ports[namespace] = (mesh_port, agent_port)

        def own(plural: str, namespace: str) -> list[Manifest]:
            return [obj for obj in objects[plural] if obj["metadata"]["namespace"] == namespace]

        found = [
            mesh(name, own("models", name), own("experiments", name), self._ports[name], self._server_port)
            for name in sorted(pods)
        ]
        if self._server_port:
            self._write("cluster", [cluster for one in found for cluster in clusters(one)])
            self._write("listener", [listener for one in found for listener in listeners(one)])
        for namespace in set(self._forwarded) - set(pods):
            self._call("DELETE", f"{forward.PATH}/{namespace}", None, 404)
            del self._forwarded[namespace]
        for namespace in set(pods) - set(self._forwarded):
            self._call(
                "POST", forward.PATH, forward.forward(namespace, pods[namespace], self._ports[namespace][0]), 409
            )
            self._forwarded[namespace] = pods[namespace]

    def _start(self) -> None:
        folder = self._layout.data / "mesh"
        folder.mkdir(parents=True, exist_ok=True)
        for kind in ("cluster", "listener"):
            self._write(kind, [])
        bootstrap = folder / "bootstrap.json"
        bootstrap.write_text(json.dumps(dynamic_bootstrap(str(folder / "listener.json"), str(folder / "cluster.json"))))
        (port,) = free_ports(1)
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8"}
        envoy = [
            str(self._envoy),
            "-c",
            str(bootstrap),
            "--concurrency",
            "1",
            "--log-level",
            "warning",
            "--use-dynamic-base-id",
            "--drain-time-s",
            "1",
        ]
        for name, command in (
            ("inference-server", [sys.executable, "-u", "-m", "lab.mesh.server", str(port)]),
            ("envoy", envoy),
        ):
            start(name, command, environment, self._layout.logs / f"{name}.log", self._layout.processes, REPOSITORY)
        self._server_port = port
        for plural in self._objects:
            threading.Thread(target=self._follow, args=(plural,), name=plural, daemon=True).start()

    def _follow(self, plural: str) -> None:
        for changes in self._api.follow(f"{_SELDON}/{plural}", {}, self._stop):
            with self._lock:
                for change in changes:
                    if change.gone:
                        self._objects[plural].pop(_key(change.manifest), None)
                    else:
                        self._objects[plural][_key(change.manifest)] = change.manifest
            self._changed.set()

    def _write(self, kind: str, resources: list[dict[str, Any]]) -> None:
        """Replaces the file, because Envoy reads a file again only when another is moved to its path."""
        path = self._layout.data / "mesh" / f"{kind}.json"
        temporary = path.with_suffix(".new")
        temporary.write_text(json.dumps(discovery(kind, resources)))
        temporary.replace(path)

    def _call(self, method: str, path: str, body: Manifest | None, done: int) -> None:
        try:
            self._api.call(method, path, body)
        except ApiException as error:
            if error.status != done:
                raise


def _key(obj: Manifest) -> Key:
    return obj["metadata"]["namespace"], obj["metadata"]["name"]
