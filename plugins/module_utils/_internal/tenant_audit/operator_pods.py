# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The pods of the operators that work for tenants."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..kube.objects import mapping, mappings, name_of, spec_of
from ..kube.resources import POD
from ..seldon.image import is_operator_image
from .world import World

_ENDED = ("Succeeded", "Failed")


@dataclass(frozen=True)
class OperatorPod:
    """``tenant`` is the one that it serves; empty for a central operator."""

    namespace: str
    name: str
    container: str
    tenant: str


def operator_pods(world: World) -> Iterator[OperatorPod]:
    """Those of the platform's namespace and of the tenants' own that have not ended; of operators of single tenants
    only those that the audit is about.
    """
    asked = world.snapshot.asked
    for namespace in sorted({world.snapshot.platform, *world.all_tenants}):
        for pod in world.snapshot.inside(POD, namespace):
            container = next(
                (
                    str(container.get("name"))
                    for container in mappings(spec_of(pod).get("containers"))
                    if is_operator_image(str(container.get("image")))
                ),
                None,
            )
            if container is None or mapping(pod.get("status")).get("phase") in _ENDED:
                continue
            account = str(spec_of(pod).get("serviceAccountName"))
            tenant = world.operators.get(account, "") if namespace == world.snapshot.platform else namespace
            if asked is None or tenant in asked or not tenant:
                yield OperatorPod(namespace, name_of(pod), container, tenant)
