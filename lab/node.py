# SPDX-License-Identifier: GPL-3.0-or-later
"""python -m lab.node <lab directory>: adds to KWOK's nodes: it runs operator pods as local processes, forwards ports of
Envoy's pods to a real Envoy, and creates volumes for claims.
"""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from kubernetes.client.exceptions import ApiException

from . import service_account_mount
from .api import TRANSPORT_ERRORS, Api, Change, Manifest
from .container import operator_container
from .control_plane import server_url
from .layout import Layout
from .mesh.follower import Meshes
from .operator_process import Cluster, OperatorProcess
from .state import read_state
from .storage import is_to_be_deleted, volume_for, wants_volume

_GRACE_AT_END = 4.0  # seconds for the operators to end when the lab is stopped
_PAUSE = 1.0
_log = logging.getLogger(__name__)


class OperatorPods:
    """The operator processes, one per running operator pod, by the pod's uid."""

    def __init__(self, api: Api, cluster: Cluster) -> None:
        self._api, self._cluster = api, cluster
        self._running: dict[str, OperatorProcess] = {}

    def handle(self, change: Change) -> None:
        pod = change.manifest
        uid = pod["metadata"]["uid"]
        container = operator_container(pod)
        if container is None:
            return
        if change.gone or "deletionTimestamp" in pod["metadata"]:
            if process := self._running.pop(uid, None):
                process.stop()
        elif uid not in self._running:
            process = self._running[uid] = OperatorProcess(self._api, self._cluster, pod, container)
            process.begin()

    def end(self) -> None:
        for process in self._running.values():
            process.stop(_GRACE_AT_END)
        for process in self._running.values():
            process.join()


class Volumes:
    """Creates a volume for each claim that needs one, and removes volumes whose claim is gone."""

    def __init__(self, api: Api, folder: Path, stop: threading.Event) -> None:
        self._api, self._folder, self._stop = api, folder, stop

    def handle_claim(self, change: Change) -> None:
        if not change.gone and wants_volume(change.manifest):
            volume = volume_for(change.manifest, str(self._folder))
            self._insist("POST", "/api/v1/persistentvolumes", volume, 409)

    def handle_volume(self, change: Change) -> None:
        if (
            not change.gone
            and "deletionTimestamp" not in change.manifest["metadata"]
            and is_to_be_deleted(change.manifest)
        ):
            self._insist("DELETE", f"/api/v1/persistentvolumes/{change.manifest['metadata']['name']}", None, 404)

    def _insist(self, method: str, path: str, body: Manifest | None, done: int) -> None:
        """Repeats the request while the apiserver has errors; `done` is the status that means that nothing is left to
        do.
        """
        while not self._stop.is_set():
            try:
                self._api.call(method, path, body)
                return
            except ApiException as error:
                if error.status == done:
                    return
                if 400 <= (error.status or 0) < 500 and error.status != 429:
                    _log.error("%s %s: %s", method, path, error.body)
                    return
                _log.warning("%s %s: %s", method, path, error.reason)
            except TRANSPORT_ERRORS as error:
                _log.warning("%s %s: %s", method, path, error)
            self._stop.wait(_PAUSE)


def main() -> int:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stdout)
    logging.getLogger("urllib3").setLevel(logging.ERROR)  # the caller already logs each refused connection once
    layout = Layout(Path(sys.argv[1]))
    state = read_state(layout.state)
    if state is None:
        _log.error("%s: no state of a lab", layout.state)
        return 1
    stop = threading.Event()

    def asked_to_end(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, asked_to_end)
    api = Api(layout.config / "node.kubeconfig", "lab-node")
    mounts = state.operator is not None and service_account_mount.is_possible()
    if state.operator and not mounts:
        _log.warning(
            "no mount namespaces here: operators do not find /var/run/secrets/kubernetes.io/serviceaccount, and end if given --leader-elect"
        )
    pods = OperatorPods(api, Cluster(layout, server_url(state.ports), layout.pki / "ca.crt", state.operator, mounts))
    volumes = Volumes(api, layout.data / "volumes", stop)
    meshes = Meshes(api, layout, layout.bin / "envoy", stop)
    threading.Thread(target=meshes.run, name="meshes", daemon=True).start()

    def handle_pod(change: Change) -> None:
        pods.handle(change)
        meshes.handle_pod(change)

    for path, selector, handle in (
        ("/api/v1/pods", {"fieldSelector": "status.phase=Running"}, handle_pod),
        ("/api/v1/persistentvolumeclaims", {}, volumes.handle_claim),
        ("/api/v1/persistentvolumes", {}, volumes.handle_volume),
    ):
        threading.Thread(target=_follow, args=(api, path, selector, handle, stop), name=path, daemon=True).start()
    while not stop.wait(3600):
        pass
    _log.info("ending")
    pods.end()
    return 0


def _follow(
    api: Api, path: str, selector: dict[str, str], handle: Callable[[Change], None], stop: threading.Event
) -> None:
    for changes in api.follow(path, selector, stop):
        for change in changes:
            if stop.is_set():
                return
            try:
                handle(change)
            except Exception:  # one malformed object must not stop the others
                _log.exception("%s %s", path, change.manifest["metadata"].get("name"))


if __name__ == "__main__":
    sys.exit(main())
