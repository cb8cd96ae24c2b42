# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The platform as an earlier task of the same run is going to leave it, so that a tenant can be checked before that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..kube.known import CLUSTER_ROLE, DEPLOYMENT, ROLE, SELDON_CONFIG, SERVER_CONFIG
from ..kube.types import KubeObject
from ..tenant.objects import by_name, of
from ..tenant.snapshot import PlatformSnapshot


@dataclass(frozen=True)
class Expectation:
    """``objects`` that are going to be in the platform namespace; ``kinds``: Seldon's CRDs are going to be installed or changed."""

    objects: Sequence[KubeObject] = ()
    kinds: bool = False


def expected_of(platforms: Iterable[Mapping[str, Any]], server: str, namespace: str) -> Expectation:
    """What is expected of this very platform; ``platforms`` are the results of preflights."""
    for platform in platforms:
        if (platform["server"], platform["namespace"]) == (server, namespace):
            return Expectation(platform["objects"], platform["kinds"])
    return Expectation()


def as_expected(platform: PlatformSnapshot, expectation: Expectation) -> PlatformSnapshot:
    """``platform`` with what is still to come in the place of what it replaces."""
    expected = expectation.objects
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
