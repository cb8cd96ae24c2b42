# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Servers with what they will run, and SeldonRuntimes with the SeldonConfig in force."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..kube.objects import mapping, spec_of
from ..kube.types import KubeObject
from ..operators.image import Version
from ..serverconfig.effective import Effective, effective_over
from ..serverconfig.offer import Offer
from .change import ServerPlan

NEWEST = Version(2, 10, 2)
"""What is assumed of an operator whose release is not known."""
_AUTOSCALING_SINCE = Version(2, 10, 0)


def effective_servers(servers: Sequence[tuple[KubeObject, KubeObject]], release: Version) -> Iterator[Effective]:
    """``servers``: each with the ServerConfig that it comes to, which is read once for all of them."""
    offers: dict[int, Offer] = {}
    for server, config in servers:
        offer = offers.setdefault(id(config), Offer(spec_of(config)))
        yield effective_over(server, config, offer.pod_spec, offer.claims, release)


def server_plan(server: KubeObject, made: Effective) -> ServerPlan:
    """As quotas count it."""
    return ServerPlan(server, made.pod_spec, made.volume_claim_templates)


def runtimes_in_force(
    runtimes: Iterable[KubeObject], configs: Mapping[str, KubeObject]
) -> Iterator[tuple[KubeObject, KubeObject]]:
    """Each SeldonRuntime with the SeldonConfig that it names; without one the operator makes nothing of it."""
    for runtime in runtimes:
        config = configs.get(str(spec_of(runtime).get("seldonConfig")))
        if config is not None:
            yield runtime, config


def servers_are_scaled(release: Version, runtimes: Iterable[tuple[KubeObject, KubeObject]]) -> bool:
    """Whether the scheduler may add replicas to Servers: since 2.10, unless the runtime or its config says no."""
    return release >= _AUTOSCALING_SINCE and any(_are_scaled(runtime, config) for runtime, config in runtimes)


def _are_scaled(runtime: KubeObject, config: KubeObject) -> bool:
    for obj in (runtime, config):
        servers = mapping(mapping(mapping(spec_of(obj).get("config")).get("scalingConfig")).get("servers"))
        if "enabled" in servers:
            return servers["enabled"] is not False
    return True
