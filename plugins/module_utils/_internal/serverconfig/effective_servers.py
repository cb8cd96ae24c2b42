# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the operator makes of Servers whose ServerConfigs are known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..kube.objects import spec_of
from ..kube.types import KubeObject
from ..seldon.effective import Effective, effective_over
from ..seldon.image import Version
from .offer import Offer


def effective_servers(servers: Iterable[tuple[KubeObject, KubeObject]], release: Version) -> Iterator[Effective]:
    """``servers``: each with its ServerConfig, which is read once for all of them. Never raises."""
    offers: dict[int, Offer] = {}
    for server, config in servers:
        offer = offers.setdefault(id(config), Offer(spec_of(config)))
        yield effective_over(server, config, offer.pod_spec, offer.claims, release)
