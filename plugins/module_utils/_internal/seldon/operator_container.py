# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The container of the operator in a pod, and the release that it runs."""

from __future__ import annotations

from ..kube.objects import mapping, mappings, spec_of
from ..kube.types import KubeObject
from .image import Version, is_operator_image, version


def manager_position(pod: KubeObject) -> int:
    """The position of the operator's container in a pod template: by its image, else by the chart's name for it, else 0."""
    containers = pod["containers"]
    by_image = [place for place, container in enumerate(containers) if is_operator_image(container.get("image", ""))]
    by_name = [place for place, container in enumerate(containers) if container.get("name") == "manager"]
    return [*by_image, *by_name, 0][0]


def deployed_release(deployment: KubeObject) -> Version | None:
    """The release in the tag of the operator's image in a Deployment; None when there is none."""
    pod = mapping(mapping(spec_of(deployment).get("template")).get("spec"))
    if not mappings(pod.get("containers")):
        return None
    return version(str(pod["containers"][manager_position(dict(pod))].get("image", "")))
