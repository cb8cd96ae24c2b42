# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the operator of one pod as a local process, as long as the pod lives."""

from __future__ import annotations

import base64
import logging
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kubernetes.client.exceptions import ApiException

from . import pod_logs, pod_status, service_account_mount
from .api import TRANSPORT_ERRORS, Api
from .container import ConfigError, environment, expand, split_image, with_own_addresses
from .layout import REPOSITORY, Layout
from .pki import write_kubeconfig
from .pod_status import ContainerState
from .ports import free_ports
from .processes import Process, end, forget, recorded, start_piped

Manifest = dict[str, Any]

_FIRST_DELAY, _LONGEST_DELAY = 1.0, 30.0  # seconds before a restart; doubled each time
_FORGIVEN_AFTER = 60.0  # seconds of running after which the next restart is quick again
_SETTLED_AFTER = 2.0  # seconds of running that count as ready: wrong args or env end a process sooner
_TOKEN_SECONDS = 24 * 3600
_TOKEN_REFRESH = 0.8 * _TOKEN_SECONDS
_ADDRESS_FLAGS = ("health-probe-bind-address", "metrics-bind-address")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Cluster:
    """The settings that all operator processes share.

    `operator`: the executable to run, None for the stand-in. `mounts`: whether the ServiceAccount's files can be
    mounted for it.
    """

    layout: Layout
    server: str
    authority: Path
    operator: str | None
    mounts: bool


class OperatorProcess:
    """Works in its own thread from `begin` until `stop`; ends the process before that thread ends."""

    def __init__(self, api: Api, cluster: Cluster, pod: Manifest, container: Manifest) -> None:
        self._api, self._cluster, self._pod, self._container = api, cluster, pod, container
        metadata = pod["metadata"]
        self._namespace, self._name = metadata["namespace"], metadata["name"]
        self.label = f"{self._namespace}_{self._name}"
        self._home = cluster.layout.data / "operators" / f"{self.label}_{metadata['uid']}"
        self._grace = float(pod["spec"].get("terminationGracePeriodSeconds", 30))
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._restarts = 0
        self._thread = threading.Thread(target=self._run, name=self.label, daemon=True)

    def begin(self) -> None:
        self._thread.start()

    def stop(self, grace: float | None = None) -> None:
        """Returns at once; `join` waits. `grace`: seconds, the pod's own when None."""
        if grace is not None:
            self._grace = min(self._grace, grace)
        self._stopping.set()
        self._wake.set()

    def join(self) -> None:
        self._thread.join()

    def _run(self) -> None:
        delay = _FIRST_DELAY
        last: Manifest = {}
        while not self._stopping.is_set():
            began = time.monotonic()
            try:
                last = self._run_once(last)
                reason, message = (
                    "CrashLoopBackOff",
                    f"back-off {delay:.0f}s restarting failed container={self._container['name']} pod={self._name}",
                )
            except ConfigError as error:
                reason, message = "CreateContainerConfigError", str(error)
            except (ApiException, *TRANSPORT_ERRORS) as error:
                _log.warning("%s: %s; trying again in %.0f s", self.label, _short(error), delay)
                reason = ""
            except Exception:
                _log.exception("%s: trying again in %.0f s", self.label, delay)
                reason = ""
            if self._stopping.is_set():
                break
            if time.monotonic() - began > _FORGIVEN_AFTER:
                delay = _FIRST_DELAY
            if reason:
                _log.info("%s: %s: %s", self.label, reason, message)
                self._report(ContainerState(False, self._restarts, pod_status.waiting(reason, message), last))
            self._stopping.wait(delay)
            delay = min(2 * delay, _LONGEST_DELAY)
            self._restarts += reason == "CrashLoopBackOff"
        self._hide_log()
        forget(self._cluster.layout.processes, self._record)
        shutil.rmtree(self._home, ignore_errors=True)

    @property
    def _files(self) -> Path:
        """The folder of the files that a kubelet mounts for a ServiceAccount: token, ca.crt, namespace."""
        return self._home / "serviceaccount"

    @property
    def _record(self) -> str:
        return f"operator-{self.label}"

    def _run_once(self, last: Manifest) -> Manifest:
        """Runs the process until it exits or the pod ends; returns its last ContainerState."""
        self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
        kubeconfig = self._write_kubeconfig()
        variables = environment(self._container, self._pod, self._lookup, self._initial_variables())
        written = [*(self._container.get("command") or [])[1:], *(self._container.get("args") or [])]
        args = [expand(arg, variables) for arg in written]
        layout = self._cluster.layout
        command, extra = self._program(args)
        self._show_log()
        process = start_piped(
            self._record,
            command,
            {**variables, **extra, "KUBECONFIG": str(kubeconfig)},
            layout.processes,
            REPOSITORY if self._cluster.operator is None else self._home,
        )
        pod_logs.keep(process.stdout or (), layout.operator_logs / f"{self.label}.log", self._log_file)
        began, since = time.monotonic(), _now()
        _log.info("%s: started, pid %s, args %s", self.label, process.pid, args)
        self._supervise(process, began, since, last)
        if process.returncode is None:
            mine = [found for found in recorded(layout.processes) if found.name == self._record]
            self._end(process, mine)
        _log.info("%s: pid %s ended with %s", self.label, process.pid, process.returncode)
        return pod_status.terminated(process.returncode, since, _now())

    @property
    def _log_file(self) -> Path:
        return pod_logs.pod_log(self._cluster.layout, self._namespace, self._name)

    def _show_log(self) -> None:
        """Shows the log of all restarts as the pod's log."""
        self._log_file.parent.mkdir(parents=True, exist_ok=True)
        self._log_file.touch()
        try:
            self._api.call(
                "POST",
                pod_logs.PATH,
                pod_logs.cluster_logs(self._pod["metadata"]["uid"], self._namespace, self._name, self._log_file),
            )
        except ApiException as error:
            if error.status != 409:
                raise

    def _hide_log(self) -> None:
        try:
            self._api.call("DELETE", f"{pod_logs.PATH}/{self._pod['metadata']['uid']}")
        except (ApiException, *TRANSPORT_ERRORS) as error:
            _log.info("%s: no longer showing its log: %s", self.label, _short(error))

    def _supervise(self, process: subprocess.Popen[bytes], began: float, since: str, last: Manifest) -> None:
        """Works until the process has exited or is to be ended. Renews the token, and reports Ready after 2 s."""
        self._wake.clear()
        if self._stopping.is_set():
            return
        threading.Thread(target=self._wake_after, args=(process,), daemon=True).start()
        renew_at = began + _TOKEN_REFRESH
        ready_at: float | None = began + _SETTLED_AFTER
        if self._restarts:
            self._report(ContainerState(False, self._restarts, pod_status.running(since), last))
        while True:
            due = min(renew_at, ready_at if ready_at is not None else renew_at)
            if self._wake.wait(max(0.0, due - time.monotonic())):
                return
            if ready_at is not None and time.monotonic() >= ready_at:
                ready_at = None
                self._report(ContainerState(True, self._restarts, pod_status.running(since), last))
            if time.monotonic() >= renew_at:
                renew_at = time.monotonic() + (_TOKEN_REFRESH if self._renew_token() else 60.0)

    def _wake_after(self, process: subprocess.Popen[bytes]) -> None:
        process.wait()
        self._wake.set()

    def _end(self, process: subprocess.Popen[bytes], mine: list[Process]) -> None:
        end(mine, self._grace)
        process.wait()

    def _program(self, args: list[str]) -> tuple[list[str], dict[str, str]]:
        """(command line, extra variables). The process replaces the program that the container's command names."""
        if self._cluster.operator is None:
            # The stand-in imitates the version of the image's tag, which it gets only from here.
            return [sys.executable, "-u", "-m", "lab.operator", *args], {
                "LAB_IMAGE_TAG": split_image(self._container["image"])[1],
                "LAB_PACE_FILE": str(self._cluster.layout.pace),
            }
        ports = iter(free_ports(len(_ADDRESS_FLAGS)))
        command = [
            self._as_called(self._cluster.operator),
            *with_own_addresses(args, _ADDRESS_FLAGS, lambda: f"127.0.0.1:{next(ports)}"),
        ]
        return (
            service_account_mount.wrapped(command, self._home / "mount", self._files)
            if self._cluster.mounts
            else command
        ), {}

    def _as_called(self, operator: str) -> str:
        """A link to the executable with the image's name for it: client-go derives user agent and field manager from
        it.
        """
        link = self._home / "image" / Path((self._container.get("command") or ["/manager"])[0]).name
        link.parent.mkdir(exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(operator)
        return str(link)

    def _initial_variables(self) -> dict[str, str]:
        host, _, port = self._cluster.server.removeprefix("https://").partition(":")
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self._home),
            "LANG": "C.UTF-8",
            "KUBERNETES_SERVICE_HOST": host,
            "KUBERNETES_SERVICE_PORT": port,
        }

    def _write_kubeconfig(self) -> Path:
        self._files.mkdir(exist_ok=True)
        (self._files / "namespace").write_text(self._namespace)
        shutil.copyfile(self._cluster.authority, self._files / "ca.crt")
        self._write_token()
        user = {"tokenFile": str(self._files / "token")}
        return write_kubeconfig(
            self._home / "kubeconfig", self._cluster.server, self._cluster.authority, user, self._namespace
        )

    def _write_token(self) -> None:
        """Writes a token as the kubelet mounts it: bound to the pod, and invalid after its end."""
        metadata = self._pod["metadata"]
        account = self._pod["spec"].get("serviceAccountName", "default")
        bound = {"apiVersion": "v1", "kind": "Pod", "name": self._name, "uid": metadata["uid"]}
        answer = self._api.call(
            "POST",
            f"/api/v1/namespaces/{self._namespace}/serviceaccounts/{account}/token",
            {
                "apiVersion": "authentication.k8s.io/v1",
                "kind": "TokenRequest",
                "spec": {"expirationSeconds": _TOKEN_SECONDS, "boundObjectRef": bound},
            },
        )
        temporary = self._files / "token.new"
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
            handle.write(answer["status"]["token"])
        temporary.replace(self._files / "token")

    def _renew_token(self) -> bool:
        try:
            self._write_token()
        except (ApiException, *TRANSPORT_ERRORS) as error:
            _log.warning("%s: renewing the token: %s", self.label, _short(error))
            return False
        return True

    def _lookup(self, kind: str, name: str) -> Mapping[str, str] | None:
        plural = {"ConfigMap": "configmaps", "Secret": "secrets"}[kind]
        try:
            data = self._api.call("GET", f"/api/v1/namespaces/{self._namespace}/{plural}/{name}").get("data") or {}
        except ApiException as error:
            if error.status == 404:
                return None
            raise
        return {key: base64.b64decode(value).decode() for key, value in data.items()} if kind == "Secret" else data

    def _report(self, state: ContainerState) -> None:
        """Writes the pod's status, based on the pod's current version; a pod that is gone is not an error."""
        path = f"/api/v1/namespaces/{self._namespace}/pods/{self._name}"
        for _ in range(5):
            try:
                pod = self._api.call("GET", path)
                if pod["metadata"]["uid"] != self._pod["metadata"]["uid"]:
                    return
                patch = pod_status.status_patch(pod, self._container["name"], state, _now())
                self._api.call("PATCH", f"{path}/status", patch, "application/merge-patch+json")
                return
            except ApiException as error:
                if error.status == 404:
                    return
                if error.status != 409:
                    _log.warning("%s: writing the pod's status: %s", self.label, _short(error))
                    return
            except TRANSPORT_ERRORS as error:
                _log.warning("%s: writing the pod's status: %s", self.label, _short(error))
                return


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _short(error: Exception) -> str:
    body = getattr(error, "body", None)
    return f"{type(error).__name__} {getattr(error, 'status', '')} {body or error}".replace("\n", " ")[:500]
