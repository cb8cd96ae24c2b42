# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The platform as an earlier task of the same run is going to leave it, so that a tenant can be checked before that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..applyset.inventory import applyset_id
from ..applyset.step import set_of
from ..isolation.guard.configuration import CONFIGURATION
from ..kube.objects import by_name, name_of, of
from ..kube.resources import CLUSTER_ROLE, CONFIG_MAP, DEPLOYMENT, ROLE, SELDON_CONFIG, SERVER_CONFIG
from ..kube.types import KubeObject
from ..ownership.labels import FIELD_MANAGER
from ..ownership.owners import team_owned
from .snapshot import PlatformSnapshot

PLATFORM_SET = "seldon-core"
"""The set in which the role ``seldon_core`` applies what the platform offers."""


@dataclass(frozen=True)
class Expectation:
    """``objects`` that are going to be in the platform namespace; ``kinds``: Seldon's CRDs are going to be installed or
    changed.

    ``whole``: all that the platform offers of its own is among the objects. ``elsewhere``: the namespaces of the run's
    platforms in this cluster, where none of them is the tenant's.
    """

    objects: Sequence[KubeObject] = ()
    kinds: bool = False
    whole: bool = False
    elsewhere: tuple[str, ...] = ()


def expected_of(platforms: Iterable[Mapping[str, Any]], server: str, namespace: str) -> Expectation:
    """The expectation of the platform with that API server and namespace; ``platforms``: the results of preflights."""
    here = {platform["namespace"]: platform for platform in platforms if platform["server"] == server}
    if namespace in here:
        return Expectation(here[namespace]["objects"], here[namespace]["kinds"], whole=True)
    return Expectation(elsewhere=tuple(here))


def as_expected(platform: PlatformSnapshot, expectation: Expectation) -> PlatformSnapshot:
    """``platform`` with the expected objects, each in the place of the live object that it replaces."""
    expected = expectation.objects
    rules = [role.get("rules") or [] for role in (*of(ROLE, expected), *of(CLUSTER_ROLE, expected))]
    return replace(
        platform,
        central=next(iter(of(DEPLOYMENT, expected)), platform.central),
        manager_rules=next(iter(rules), platform.manager_rules),
        seldon_configs=_united(platform.seldon_configs, of(SELDON_CONFIG, expected)),
        server_configs=_united(
            _staying(platform) if expectation.whole else platform.server_configs, of(SERVER_CONFIG, expected)
        ),
        scoping_guard=by_name(of(CONFIG_MAP, expected)).get(
            CONFIGURATION, None if expectation.whole else platform.scoping_guard
        ),
        elsewhere=expectation.elsewhere,
    )


def _staying(platform: PlatformSnapshot) -> list[KubeObject]:
    """The live ServerConfigs without those that the platform's set removes when they are no longer given."""
    ours, configs = applyset_id(PLATFORM_SET, platform.namespace), platform.server_configs
    others = by_name(team_owned(configs, FIELD_MANAGER))
    return [config for config in configs if set_of(config) != ours or name_of(config) in others]


def _united(live: Sequence[KubeObject], expected: Sequence[KubeObject]) -> list[KubeObject]:
    return list({**by_name(live), **by_name(expected)}.values())
