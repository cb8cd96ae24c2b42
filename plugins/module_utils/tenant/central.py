# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The central operator's Deployment, as the pattern for a tenant's."""

from __future__ import annotations

from ..kube.types import KubeObject
from ..operators.image import Version, is_operator_image, version
from ..operators.record import find_operators
from ..operators.snapshot import RbacSnapshot
from ..operators.watch import Watch
from .labels import TENANT, operator_selector
from .problem import Problem
from .selector import selects

_UNREAD = RbacSnapshot(None, None, None, None)


def manager_position(pod: KubeObject) -> int:
    """Which container of a pod template runs the operator: by its image, else by the chart's name for it, else the first."""
    containers = pod["containers"]
    by_image = [place for place, container in enumerate(containers) if is_operator_image(container.get("image", ""))]
    by_name = [place for place, container in enumerate(containers) if container.get("name") == "manager"]
    return [*by_image, *by_name, 0][0]


def central_version(central: KubeObject) -> Version | None:
    """The release that the image tells; None when it does not."""
    pod = central["spec"]["template"]["spec"]
    return version(pod["containers"][manager_position(pod)].get("image", ""))


def central_watches(central: KubeObject, namespace: str) -> bool:
    """Whether the central operator watches the namespace, or may: what cannot be told counts as watched."""
    return _watch(central).covers(namespace) is not False


def check_central(central: KubeObject, tenant: str) -> list[Problem]:
    """What keeps a tenant's operator from being derived from this Deployment, or from working beside it."""
    metadata = central["metadata"]
    subject = f"Deployment {metadata.get('namespace', '')}/{metadata['name']}"
    if TENANT in (metadata.get("labels") or {}):
        return [Problem(subject, "is a tenant's operator, not the central one", f"metadata.labels.{TENANT}")]
    problems = []
    pod = central["spec"]["template"]["spec"]
    place = manager_position(pod)
    command = (pod["containers"][place].get("command") or ["/manager"])[0]
    if command.rsplit("/", 1)[-1] != "manager":
        step = "start the operator's own program, so that its arguments can be read and changed"
        where = f"spec.template.spec.containers[{place}].command"
        problems.append(Problem(subject, f"runs {command} and not the operator itself", where, (step,)))
    if selects(central["spec"].get("selector") or {}, operator_selector(tenant)):
        step = "make its selector ask for control-plane: v2-controller-manager"
        problems.append(
            Problem(subject, f"would also select the pods of {tenant}'s operator", "spec.selector", (step,))
        )
    return problems + _check_watch(central, subject, tenant)


def _check_watch(central: KubeObject, subject: str, tenant: str) -> list[Problem]:
    watch = _watch(central)
    if watch.covers(tenant) is False:
        return []
    if watch.covers(tenant):
        message = f"watches {watch.words()}, {tenant} among them: two operators would fight over its objects"
    else:
        message = f"may watch {tenant}: {watch.unknown}"
    steps = (
        "with strategy dedicated the central operator watches its own namespace only: set --clusterwide=false and --namespace",
    )
    return [Problem(subject, message, "spec.template.spec.containers[].args", steps)]


def _watch(central: KubeObject) -> Watch:
    return find_operators([central], _UNREAD)[0].watch
