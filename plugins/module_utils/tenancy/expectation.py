# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The platform as an earlier task of the same run is going to leave it, so that a tenant can be checked before that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..kube.known import CLUSTER_ROLE, DEPLOYMENT, ROLE, SELDON_CONFIG, SERVER_CONFIG
from ..kube.types import KubeObject
from ..tenant.objects import by_name, of
from ..tenant.snapshot import PlatformSnapshot


def expected_of(platforms: Iterable[Mapping[str, Any]], server: str, namespace: str) -> list[KubeObject]:
    """The objects that are expected of this very platform; ``platforms`` are the results of preflights."""
    return [
        obj
        for platform in platforms
        if (platform["server"], platform["namespace"]) == (server, namespace)
        for obj in platform["objects"]
    ]


def as_expected(platform: PlatformSnapshot, expected: Sequence[KubeObject]) -> PlatformSnapshot:
    """``platform`` with what is still to come in the place of what it replaces."""
    rules = [role.get("rules") or [] for role in (*of(ROLE, expected), *of(CLUSTER_ROLE, expected))]
    return replace(
        platform,
        central=next(iter(of(DEPLOYMENT, expected)), platform.central),
        manager_rules=next(iter(rules), platform.manager_rules),
        seldon_configs=_united(platform.seldon_configs, of(SELDON_CONFIG, expected)),
        server_configs=_united(platform.server_configs, of(SERVER_CONFIG, expected)),
    )


def _united(live: Sequence[KubeObject], expected: Sequence[KubeObject]) -> list[KubeObject]:
    return list({**by_name(live), **by_name(expected)}.values())
