# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The central operator's Deployment, from which a tenant's is derived."""

from __future__ import annotations

from ..diagnosis.diagnostic import Diagnostic
from ..diagnosis.subject import Subject
from ..kube.selector import Labels, read_selector
from ..kube.types import KubeObject
from ..ownership.labels import TENANT, operator_selector
from ..seldon.image import Version, version
from ..seldon.operator_container import manager_position
from .record import find_operators
from .snapshot import RbacSnapshot
from .watch import Watch

_UNREAD = RbacSnapshot(None, None, None, None)


def central_version(central: KubeObject) -> Version | None:
    """The release in the tag of the image; None when there is none."""
    pod = central["spec"]["template"]["spec"]
    return version(pod["containers"][manager_position(pod)].get("image", ""))


def uses_deployments(central: KubeObject) -> bool:
    """Whether the operator runs Servers as Deployments; False where its flags are unknown."""
    return find_operators([central], _UNREAD)[0].deployments is True


def check_central(central: KubeObject, tenant: str) -> list[Diagnostic]:
    """Why a tenant's operator cannot be derived from this Deployment, or would conflict with it; empty if it can."""
    metadata = central["metadata"]
    subject = Subject("Deployment", metadata["name"], metadata.get("namespace", ""))
    if TENANT in (metadata.get("labels") or {}):
        return [Diagnostic(subject, "is a tenant's operator, not the central one", f"metadata.labels.{TENANT}")]
    problems = []
    pod = central["spec"]["template"]["spec"]
    place = manager_position(pod)
    command = (pod["containers"][place].get("command") or ["/manager"])[0]
    if command.rsplit("/", 1)[-1] != "manager":
        step = "start the operator's own program, so that its arguments can be read and changed"
        where = f"spec.template.spec.containers[{place}].command"
        problems.append(Diagnostic(subject, f"runs {command}, not the operator", where, next_steps=(step,)))
    selector = read_selector(central["spec"].get("selector"), "spec.selector")
    if selector.matches(Labels(operator_selector(tenant))):
        step = "add control-plane: v2-controller-manager to its selector"
        message = f"would also select the pods of {tenant}'s operator"
        problems.append(Diagnostic(subject, message, "spec.selector", next_steps=(step,)))
    return problems + _check_watch(central, subject, tenant)


def _check_watch(central: KubeObject, subject: Subject, tenant: str) -> list[Diagnostic]:
    watch = _watch(central)
    if watch.covers(tenant) is False:
        return []
    if watch.covers(tenant):
        message = (
            f"watches {watch.words()}, {tenant} among them: two operators would overwrite each other's changes there"
        )
    else:
        message = f"may watch {tenant}: {watch.unknown}"
    steps = (
        "with scoping dedicated the central operator watches its own namespace only: set --clusterwide=false and --namespace",
    )
    return [Diagnostic(subject, message, "spec.template.spec.containers[].args", next_steps=steps)]


def _watch(central: KubeObject) -> Watch:
    return find_operators([central], _UNREAD)[0].watch
