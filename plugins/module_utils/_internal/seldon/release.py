# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The known releases of Seldon Core, and the differences between them that concern Servers."""

from __future__ import annotations

from .conditions import SERVER, STATEFUL_SET_OR_DEPLOYMENT_READY, STATEFUL_SET_READY
from .image import Version

SUPPORTED = (Version(2, 10, 2), Version(2, 9, 1))
"""Releases that are deployed and tested, the newest first."""
NEWEST = SUPPORTED[0]
"""The release that is assumed where an operator's is unknown."""
OLDEST_KNOWN = Version(2, 9, 0)

_DEPLOYMENTS = _AUTOSCALING = Version(2, 10, 0)
NOT_FOUND = 'ServerConfig.mlops.seldon.io "{name}" not found'


def condition_type(release: Version | None) -> str:
    """The type of a Server's condition that has the reason; both types where the release is unknown."""
    if release is None:
        return " or ".join(reversed(SERVER))
    return STATEFUL_SET_READY if release < _DEPLOYMENTS else STATEFUL_SET_OR_DEPLOYMENT_READY


def other_condition_type(release: Version) -> str:
    """The type of that condition in the releases on the other side of 2.10, which this release does not write."""
    return next(kind for kind in SERVER if kind != condition_type(release))


def has_gateway_condition(release: Version | None) -> bool:
    """Whether the operator writes PipelineGwReady of Pipelines; false for an unknown release."""
    return release is not None and release >= _DEPLOYMENTS


def not_found_reason(name: str, release: Version | None) -> str:
    """The reason of that condition when the ServerConfig does not exist."""
    text = NOT_FOUND.format(name=name)
    return text if release is not None and release < _DEPLOYMENTS else f"failed to get ServerConfig: {text}"


def validates_scaling(release: Version | None) -> bool:
    """Whether the operator refuses a Server whose replicas are outside of minReplicas and maxReplicas; true for an unknown
    release.
    """
    return release is None or release >= _DEPLOYMENTS


def scales_servers(release: Version) -> bool:
    """Whether the scheduler may add replicas to Servers."""
    return release >= _AUTOSCALING
