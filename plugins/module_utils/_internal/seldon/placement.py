# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which Servers the scheduler can place a Model on, as far as their objects tell. Memory is not judged.

A Model that no Server can take has the state ScheduleFailed, whatever its own replicas are.

Source: scheduler/pkg/scheduler/filters of 2.9.1 and 2.10.2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..kube.json_values import strings
from ..kube.objects import spec_of
from ..kube.types import KubeObject

_EXPLAINER = "alibi-explain"


@dataclass(frozen=True)
class Host:
    """A Server. ``capabilities`` is None where they cannot be told before its pods run."""

    name: str
    capabilities: tuple[str, ...] | None
    replicas: int = 1

    def offers(self, requirement: str) -> bool:
        """Whether it has the capability, or may have it."""
        return self.capabilities is None or requirement in self.capabilities


@dataclass(frozen=True)
class Placement:
    """``hosts`` can take the Model. ``asked`` are the Servers that it may use. ``requirements`` are the capabilities that it
    needs of one, with the field of each; ``missing`` those that none of the Servers has.
    """

    hosts: tuple[Host, ...]
    asked: tuple[Host, ...]
    requirements: Mapping[str, str]
    missing: tuple[str, ...]


def place(model: KubeObject, servers: Sequence[Host]) -> Placement:
    """Where the Model can go. The object may have any shape."""
    named = spec_of(model).get("server")
    asked = tuple(host for host in servers if not isinstance(named, str) or host.name == named)
    needed = requirements(model)
    missing = tuple(word for word in needed if not any(host.offers(word) for host in asked))
    hosts = tuple(host for host in asked if all(map(host.offers, needed)))
    return Placement(hosts, asked, needed, missing)


def requirements(model: KubeObject) -> dict[str, str]:
    """The capabilities that a Server needs for the Model, without white space around, with the field of each."""
    spec = spec_of(model)
    needed = dict.fromkeys((word.strip() for word in strings(spec.get("requirements"))), "spec.requirements")
    if isinstance(spec.get("modelType"), str):
        needed.setdefault(spec["modelType"].strip(), "spec.modelType")
    if isinstance(spec.get("explainer"), dict):
        needed.setdefault(_EXPLAINER, "spec.explainer")
    return needed
