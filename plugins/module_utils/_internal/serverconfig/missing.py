# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What of a pod's needs its namespace does not have."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from ..diagnosis.diagnostic import Diagnostic, Severity
from ..diagnosis.quoting import shown_name
from ..kube.objects import mappings
from ..kube.types import KubeObject
from .finding import finding
from .needs import Need

_SCHEDULER = "SELDON_SCHEDULER_HOST"


@dataclass(frozen=True)
class Inventory:
    """The names that a namespace has, by kind; a kind that is not in it could not be read.

    ``given``: (kind, name) of what files bring, whatever could not be read.
    ``runtime``: a SeldonRuntime is there or comes with the same run, so that what it brings will be there.
    """

    names: Mapping[str, Collection[str]] = field(default_factory=dict)
    given: Collection[tuple[str, str]] = ()
    runtime: bool = False


def missing(wanted: Iterable[Need], inventory: Inventory, namespace: str) -> list[Diagnostic]:
    """An error for each object that keeps the pod from starting; optional objects may be
    absent. Unread kinds come last.
    """
    found = []
    unread: dict[str, list[Need]] = {}
    for need in wanted:
        if (
            need.optional
            or (need.from_runtime and inventory.runtime)
            or (need.kind == "ServiceAccount" and need.name == "default")
        ):
            continue
        if (need.kind, need.name) in inventory.given:
            continue
        names = inventory.names.get(need.kind)
        if names is None:
            unread.setdefault(need.kind, []).append(need)
        elif need.name not in names:
            step = (
                f"create a SeldonRuntime in {namespace}: it brings this {need.kind}"
                if need.from_runtime
                else f"create it in {namespace}"
            )
            found.append(
                finding(
                    "need_missing",
                    Severity.ERROR,
                    need.path,
                    f"{need.kind} {shown_name(need.name)} does not exist in {namespace}",
                    step,
                )
            )
    return found + [_unread(kind, needed, namespace) for kind, needed in unread.items()]


def _unread(kind: str, needed: list[Need], namespace: str) -> Diagnostic:
    names = ", ".join(shown_name(need.name) for need in needed)
    return finding(
        "need_unknown",
        Severity.UNKNOWN,
        needed[0].path,
        f"{kind} {names} needed in {namespace}: the names there could not be read",
    )


def missing_scheduler(pod_spec: KubeObject, inventory: Inventory, namespace: str) -> list[Diagnostic]:
    """A warning where the agent looks for a scheduler by a name of its own namespace, and there is no such Service."""
    services = inventory.names.get("Service")
    if services is None or inventory.runtime:
        return []
    hosts = {
        variable.get("value")
        for container in mappings(pod_spec.get("containers"))
        for variable in mappings(container.get("env"))
        if variable.get("name") == _SCHEDULER and isinstance(variable.get("value"), str)
    }
    return [
        finding(
            "no_scheduler",
            Severity.WARNING,
            "podSpec.containers",
            f"{_SCHEDULER} is {shown_name(host)}, which is not a Service of {namespace}",
            f"create a SeldonRuntime in {namespace}: it brings the scheduler",
        )
        for host in sorted(str(host) for host in hosts)
        if host and "." not in host and host not in services
    ]
