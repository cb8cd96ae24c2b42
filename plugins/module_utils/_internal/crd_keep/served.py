# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Waits until new kinds can be used: the API server lists them shortly after their CRDs are Established."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from ..kube.client import KubeClient
from ..kube.discovery import Discovery
from ..kube.errors import KubeError
from ..kube.types import KubeObject

PATIENCE = 60.0
PAUSE = 0.25


def wait_until_served(
    client: KubeClient,
    definitions: Iterable[KubeObject],
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Raises KubeError when a kind of the CustomResourceDefinitions is not served within a minute."""
    wanted = list(definitions)
    deadline = clock() + PATIENCE
    while missing := unserved(wanted, client.discover()):
        if clock() > deadline:
            raise KubeError(
                f"the API server does not serve {', '.join(missing)} {PATIENCE:.0f} s after its CRD was created. "
                f"See why: kubectl get customresourcedefinition {missing[0]} -o yaml"
            )
        sleep(PAUSE)


def unserved(definitions: Iterable[KubeObject], discovery: Discovery) -> list[str]:
    """The names of the CRDs that have a served version which is not in the discovery document."""
    return [
        definition["metadata"]["name"]
        for definition in definitions
        if not all(
            discovery.find(f"{definition['spec']['group']}/{version['name']}", definition["spec"]["names"]["kind"])
            for version in definition["spec"]["versions"]
            if version.get("served")
        )
    ]
