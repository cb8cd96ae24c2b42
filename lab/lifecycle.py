# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts and stops a lab. The processes outlive the command; `down` finds them by their records."""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from kubernetes.client.exceptions import ApiException

from . import control_plane, kwok, pod_logs
from .api import TRANSPORT_ERRORS, Api, Manifest
from .apiserver_endpoints import APISERVER_ENDPOINTS
from .build import Built, build_all
from .control_plane import Ports
from .errors import LabError
from .layout import REPOSITORY, Layout
from .mesh import forward
from .ports import free_ports
from .processes import end, recorded, start
from .progress import Say
from .state import State, read_state
from .storage import STORAGE_CLASS

COMPONENTS = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok", "node")
_GRACE = 5.0  # seconds from SIGTERM to SIGKILL
_PATIENCE = 90.0  # seconds for the cluster to become usable
_POLL = 0.1
_DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
_SLICES = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices"


def up(layout: Layout, operator: str | None, say: Say) -> None:
    """Returns when the cluster is usable: ready, with its default ServiceAccount, and both nodes Ready."""
    layout.root.mkdir(parents=True, exist_ok=True)
    with _alone(layout, say):
        if is_healthy(layout):
            running = read_state(layout.state)
            if running and running.operator != operator:
                raise LabError(
                    f"{layout.root}: the lab runs {_operator_name(running.operator)}, but {_operator_name(operator)} was requested.\nNext: `python -m lab down`, then `python -m lab up`."
                )
            say("the lab is already running")
            return
        _clean(layout, say)
        built = build_all(say)
        _link(layout, built)
        try:
            _start(layout, operator, built, say)
        except BaseException:
            _end_all(layout)
            raise


def down(layout: Layout, say: Say) -> None:
    """Ends the lab's processes and removes everything but logs, the audit log and links to programs."""
    if not layout.root.exists():
        say(f"there is no lab at {layout.root}")
        return
    with _alone(layout, say):
        _clean(layout, say)


def is_healthy(layout: Layout) -> bool:
    alive = {process.name for process in recorded(layout.processes) if process.alive()}
    return alive.issuperset(COMPONENTS) and layout.kubeconfig.exists() and Api(layout.kubeconfig, "lab").ready(5.0)


def _start(layout: Layout, operator: str | None, built: Built, say: Say) -> None:
    ports = Ports(*free_ports(6))
    for folder in (layout.config, layout.data, layout.operator_logs):
        folder.mkdir(parents=True, exist_ok=True)
    for old in (*layout.logs.rglob("*.log"), layout.audit_log):
        old.unlink(missing_ok=True)
    State(ports, operator).write(layout.state)
    credentials = control_plane.prepare(layout, ports)
    commands = control_plane.commands(layout, ports, credentials)
    api = Api(layout.kubeconfig, "lab")
    for name in ("etcd", "kube-apiserver"):
        say(f"starting {name}")
        _launch(layout, name, commands[name])
    _wait(layout, "the apiserver to be ready", lambda: api.ready(2.0), say)
    # They exit if they are started earlier: they do not have the permissions yet that they need in kube-system.
    for name in ("kube-controller-manager", "kube-scheduler"):
        say(f"starting {name}")
        _launch(layout, name, commands[name])
    for path, body in (
        *(("/api/v1/nodes", kwok.node(name)) for name in kwok.NODES),
        ("/apis/storage.k8s.io/v1/storageclasses", STORAGE_CLASS),
        (_SLICES, APISERVER_ENDPOINTS),
        (_DEFINITIONS, forward.DEFINITION),
        (_DEFINITIONS, pod_logs.DEFINITION),
    ):
        _wait(layout, f"{body['metadata']['name']} to be accepted", partial(_created, api, path, body), say)
    _wait(layout, "KWOK's kinds to be served", lambda: _exists(api, forward.PATH) and _exists(api, pod_logs.PATH), say)
    say("starting kwok and the node process")
    _launch(layout, "kwok", kwok.command(layout, ports.kwok, kwok.write_config(layout, built.stages)))
    _launch(layout, "node", [sys.executable, "-u", "-m", "lab.node", str(layout.root)])
    _wait(layout, "the nodes to be Ready", lambda: _nodes_ready(api), say)
    _wait(
        layout,
        "ServiceAccount default/default",
        lambda: _exists(api, "/api/v1/namespaces/default/serviceaccounts/default"),
        say,
    )


def _launch(layout: Layout, name: str, command: Sequence[str]) -> None:
    # A home directory of its own: the user's files in ~/.kube and ~/.kwok must not change the lab.
    environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(layout.data), "LANG": "C.UTF-8"}
    start(name, command, environment, layout.logs / f"{name}.log", layout.processes, REPOSITORY)


def _wait(layout: Layout, what: str, arrived: Callable[[], bool], say: Say) -> None:
    deadline = time.monotonic() + _PATIENCE
    announced = False
    while not arrived():
        if not announced:
            say(f"waiting for {what}")
            announced = True
        for process in recorded(layout.processes):
            if not process.alive():
                raise LabError(
                    f"{process.name}: the process ended while the lab waited for {what}:\n{_tail(layout, process.name)}"
                )
        if time.monotonic() > deadline:
            raise LabError(
                f"{layout.root}: the lab waited {_PATIENCE:.0f} s for {what}.\nNext: read the logs in {layout.logs}"
            )
        time.sleep(_POLL)


def _tail(layout: Layout, name: str) -> str:
    path = layout.logs / f"{name}.log"
    lines = path.read_text(errors="replace").strip().splitlines() if path.exists() else []
    return "\n".join([*lines[-5:], f"Next: see {path}"])


def _created(api: Api, path: str, body: Manifest) -> bool:
    """False while the apiserver cannot create the object yet: some of its caches are empty right after its start."""
    try:
        api.call("POST", path, body)
    except ApiException as error:
        return bool(error.status == 409)
    except TRANSPORT_ERRORS:
        return False
    return True


def _exists(api: Api, path: str) -> bool:
    try:
        api.call("GET", path)
    except (ApiException, *TRANSPORT_ERRORS):
        return False
    return True


def _nodes_ready(api: Api) -> bool:
    try:
        nodes = api.call("GET", "/api/v1/nodes")["items"]
    except (ApiException, *TRANSPORT_ERRORS):
        return False
    ready = [
        n for n in nodes for c in n["status"].get("conditions", []) if c["type"] == "Ready" and c["status"] == "True"
    ]
    schedulable = [n for n in ready if not n["spec"].get("taints")]
    return len(schedulable) == len(kwok.NODES)


def _clean(layout: Layout, say: Say) -> None:
    alive = [process.name for process in recorded(layout.processes) if process.alive()]
    if alive:
        say(f"ending {', '.join(alive)}")
    _end_all(layout)
    for folder in (layout.processes, layout.data, layout.config, layout.pki):
        shutil.rmtree(folder, ignore_errors=True)
    for file in (layout.kubeconfig, layout.state, layout.pace):
        file.unlink(missing_ok=True)


def _end_all(layout: Layout) -> None:
    # The node process first: it would restart operators while they end. It ends its own; the next line ends the rest.
    end([process for process in recorded(layout.processes) if process.name == "node"], 2 * _GRACE)
    end([process for process in recorded(layout.processes) if process.name not in COMPONENTS], _GRACE)
    end(recorded(layout.processes), 0.0)  # without grace: the data is deleted too


def _link(layout: Layout, built: Built) -> None:
    layout.bin.mkdir(parents=True, exist_ok=True)
    for name, program in built.programs.items():
        temporary = layout.bin / f".{name}"
        temporary.unlink(missing_ok=True)
        temporary.symlink_to(program)
        temporary.replace(layout.bin / name)


def _operator_name(operator: str | None) -> str:
    return operator or "the stand-in operator"


@contextmanager
def _alone(layout: Layout, say: Say) -> Iterator[None]:
    """A lock: one `up` or `down` at a time per lab."""
    with layout.lock.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting: another command is starting or stopping the lab in {layout.root}")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
