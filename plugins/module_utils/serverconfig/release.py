# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What differs between the releases of the operator, as far as Servers are concerned."""

from __future__ import annotations

from ..operators.image import Version

_DEPLOYMENTS = Version(2, 10, 0)
NOT_FOUND = 'ServerConfig.mlops.seldon.io "{name}" not found'


def condition_type(release: Version | None) -> str:
    """The condition of a Server that carries the reason; both names where the release is unknown."""
    if release is None:
        return "StatefulSetReady or StatefulSetOrDeploymentReady"
    return "StatefulSetReady" if release < _DEPLOYMENTS else "StatefulSetOrDeploymentReady"


def not_found_reason(name: str, release: Version | None) -> str:
    """The text that the condition carries as its reason when the ServerConfig is absent."""
    text = NOT_FOUND.format(name=name)
    return text if release is not None and release < _DEPLOYMENTS else f"failed to get ServerConfig: {text}"


def validates_scaling(release: Version | None) -> bool:
    """Whether a Server whose replicas are outside of minReplicas and maxReplicas is refused for good; assumed of an unknown release."""
    return release is None or release >= _DEPLOYMENTS
