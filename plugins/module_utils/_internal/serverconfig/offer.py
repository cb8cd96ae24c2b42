# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The spec of a ServerConfig, and what follows from it alone. Tenants' ServerConfigs are mostly copies: written alike,
they share one.
"""

from __future__ import annotations

import hashlib
import json
import marshal
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..diagnosis.diagnostic import Diagnostic
from ..kube.json_values import json_mapping
from ..kube.objects import mapping, mappings
from ..kube.types import KubeObject
from ..seldon.canonical import canonical, canonical_claim
from ..seldon.effective import claims_of
from .contract import contract
from .duplicates import duplicates
from .needs import Need, needs


@dataclass(frozen=True, eq=False)
class Offer:
    """``spec`` may have any shape; nothing here raises. Each part is made when first asked for, and not to be changed."""

    spec: Mapping[str, Any]

    @cached_property
    def content(self) -> dict[str, Any]:
        """In canonical form."""
        return {
            "podSpec": canonical(self.spec.get("podSpec")),
            "volumeClaimTemplates": [
                canonical_claim(claim) for claim in mappings(self.spec.get("volumeClaimTemplates"))
            ],
        }

    @cached_property
    def digest(self) -> str:
        """Of the canonical form."""
        text = json.dumps(self.content, sort_keys=True, default=str)
        return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:16]

    @cached_property
    def pod_spec(self) -> KubeObject:
        """As a plain object; for Servers that override nothing it is the effective one."""
        return json_mapping(self.spec.get("podSpec"))

    @cached_property
    def claims(self) -> tuple[KubeObject, ...]:
        """The volumeClaimTemplates as plain objects."""
        return claims_of(self.spec)

    @cached_property
    def needs(self) -> tuple[Need, ...]:
        """The objects that pods need, without the Server's own podSpec."""
        return needs(self.pod_spec)

    @property
    def has_containers(self) -> bool:
        """Whether a Server without containers of its own can run."""
        return bool(mappings(mapping(self.spec.get("podSpec")).get("containers")))

    @cached_property
    def duplicates(self) -> tuple[Diagnostic, ...]:
        """Names that occur twice in the ServerConfig itself."""
        return tuple(duplicates(self.pod_spec))

    @cached_property
    def findings(self) -> tuple[Diagnostic, ...]:
        """Breaches of Seldon's contract."""
        return tuple(contract(self.spec))


class Offers:
    """Finds the offer of a spec that has been seen before."""

    def __init__(self) -> None:
        self._known: dict[bytes, Offer] = {}

    def of(self, spec: Mapping[str, Any]) -> Offer:
        """That of a spec which is written alike, to the type of every value, else a new one."""
        given: Any = spec
        try:
            # Unlike ==, these bytes tell true from 1. Version 0 depends on nothing but the values.
            written = marshal.dumps(given, 0)
        except ValueError:
            return Offer(spec)  # holds something that JSON cannot
        return self._known.setdefault(written, Offer(spec))
