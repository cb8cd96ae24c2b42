# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Resolves the `serverConfig` reference of each of the tenants' Servers from the objects that the audit has read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..diagnosis.diagnostic import Severity
from ..kube.resources import DEPLOYMENT, SERVER_CONFIG
from ..operators.record import find_operators
from ..operators.snapshot import RbacSnapshot
from ..serverconfig.policy import Policy
from ..serverconfig.resolve import Resolution, resolve
from ..serverconfig.snapshot import UNREAD, Cause, Refusal
from ..serverconfig.snapshot import Listing as Listed
from ..serverconfig_info.answer import next_step
from ..serverconfig_info.data import trace_data
from ..serverconfig_info.readings import KINDS, Readings, snapshot_of
from .snapshot import Reading, Unreadable
from .world import World

_NO_RBAC = RbacSnapshot(None, None, None, None)
"""Not read: the namespaces that an operator serves and watches do not depend on its permissions."""


def resolutions(world: World) -> Sequence[Resolution]:
    """By namespace and name of the Servers."""
    snapshot = world.snapshot
    lists = {resource: _listed(snapshot.readings.get(resource), resource == SERVER_CONFIG) for resource in KINDS}
    deployments = snapshot.all(DEPLOYMENT) if snapshot.readable(DEPLOYMENT) else None
    operators = None if deployments is None else find_operators(deployments, _NO_RBAC)
    readings = Readings(lists, operators, snapshot.platform)
    names = [tenant.name for tenant in world.tenants]
    return resolve(snapshot_of(readings, lists, runtime_comes=False), Policy(snapshot.platform), names).resolutions


def _listed(reading: Reading | None, is_needed: bool) -> Listed:
    """A kind that does not exist has no objects; without the needed one nothing can be resolved."""
    if reading is None:
        return UNREAD
    if isinstance(reading, Unreadable):
        return Listed(refused=Refusal(Cause.DENIED if reading.is_denied else Cause.FAILED, reading.reason))
    return Listed(refused=Refusal(Cause.NOT_SERVED)) if is_needed and not reading.served else Listed(reading.objects)


def server_data(resolution: Resolution) -> dict[str, Any]:
    """One entry of ``servers`` of a tenant."""
    desired, actual, arrival = resolution.desired, resolution.actual, resolution.arrival
    return {
        "name": resolution.server,
        "server_config": desired.config.title if desired.config else desired.reference,
        "verdict": resolution.verdict.value,
        "message": message(resolution),
        "next_step": next_step(resolution),
        "trace": trace_data(desired),
        "operators": list(actual.operators),
        "agreement": resolution.agreement.value,
        "arrived": arrival.state.value,
        "paths": list(arrival.paths),
    }


def message(resolution: Resolution) -> str:
    """Why the Server gets no ServerConfig, or what is wrong with the one that it gets; empty where all is well."""
    return (
        resolution.desired.message
        or resolution.actual.message
        or "; ".join(
            finding.message for finding in resolution.findings if finding.severity in (Severity.ERROR, Severity.UNKNOWN)
        )
    )
