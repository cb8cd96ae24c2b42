# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Waits until the Deployment of an operator is available."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from ..applyset.arrival import Readiness, State, waiting
from ..applyset.kubernetes_readiness import deployment_readiness
from ..kube.client import KubeClient
from ..kube.errors import Expired, Forbidden, KubeError, NotFound, ServerFailure, Throttled, Unreachable
from ..kube.objects import mapping, spec_of
from ..kube.resources import DEPLOYMENT, POD
from ..kube.types import KubeObject
from ..tenant.pods.trouble import pod_troubles
from .crash import LINES, Crash, crash_message, crash_of, newest

PAUSE = 1.0
REPORT_EVERY = 10.0
_MOST_TROUBLES = 5
_LOG_SECONDS = 3600
_LARGEST_LOG = 1 << 16
_LOG_TIMEOUT = 15.0
_PASSING = (Unreachable, Throttled, ServerFailure, Expired)


def wait_for_operator(
    client: KubeClient,
    namespace: str,
    name: str,
    timeout: float,
    progress: Callable[[str], None],
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Raises KubeError when the Deployment is not available after ``timeout`` seconds, and early when its pods crash."""
    title = f"Deployment {namespace}/{name}"
    started = reported = clock()
    while True:
        state, pods = _look(client, namespace, name)
        if state.state is State.READY:
            return
        crash = crash_of(pods)
        if crash:
            raise KubeError(crash_message(title, namespace, crash, _log(client, namespace, crash)))
        now = clock()
        if state.state is State.FAILED or now - started >= timeout:
            raise KubeError(_late(title, namespace, name, state, pods, now - started))
        if now - reported >= REPORT_EVERY:
            progress(f"{now - started:.0f} s of at most {timeout:.0f} s: waiting for {title}: {state.text}")
            reported = now
        sleep(min(PAUSE, max(timeout - (now - started), 0.05)))


def _look(client: KubeClient, namespace: str, name: str) -> tuple[Readiness, Sequence[KubeObject]]:
    """The state of the Deployment, and its pods while it is not ready. Without the permission to read pods: none."""
    try:
        deployment = client.get(DEPLOYMENT, namespace, name)
        state = deployment_readiness(deployment, {})
        return state, () if state.state is State.READY else _pods(client, namespace, deployment)
    except NotFound:
        return waiting("does not exist"), ()
    except _PASSING as error:
        return waiting(f"cannot be read: {error.message}"), ()


def _pods(client: KubeClient, namespace: str, deployment: KubeObject) -> Sequence[KubeObject]:
    labels = mapping(mapping(spec_of(deployment).get("selector")).get("matchLabels"))
    try:
        return client.list(POD, namespace, ",".join(f"{key}={value}" for key, value in labels.items()))
    except Forbidden:
        return ()


def _log(client: KubeClient, namespace: str, crash: Crash) -> str:
    """The end of the container's log; empty where it cannot be read: the message has the command."""
    try:
        return client.read_log(
            namespace,
            crash.pod,
            crash.container,
            lines=4 * LINES,
            seconds=_LOG_SECONDS,
            largest=_LARGEST_LOG,
            timeout=_LOG_TIMEOUT,
        )
    except KubeError:
        return ""


def _late(title: str, namespace: str, name: str, state: Readiness, pods: Sequence[KubeObject], seconds: float) -> str:
    troubles = pod_troubles(newest(pods))
    more = [f"  and {len(troubles) - _MOST_TROUBLES} more"] if len(troubles) > _MOST_TROUBLES else []
    return "\n".join(
        [
            f"{title}: is not available after {seconds:.0f} s: {state.text}",
            *(f"  {line}" for line in troubles[:_MOST_TROUBLES]),
            *more,
            f"  See why: kubectl describe deployment {name} -n {namespace}; kubectl logs deployment/{name} -n {namespace}",
        ]
    )
