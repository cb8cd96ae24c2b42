# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The objects that the operator makes of a SeldonRuntime and its SeldonConfig: components with their pods, and Services.

Source: operator/controllers/reconcilers/seldon of Seldon Core 2.9.1 and 2.10.2.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..kube.json_values import whole
from ..kube.objects import mapping, mappings
from ..kube.types import KubeObject
from .component import Component, Service
from .components import BY_NAME, COMPONENTS, NAME_LABEL, components_of
from .effective import NOT_TRAVELLING
from .image import Version
from .merge import merge_pod_specs
from .release import scales_servers
from .runtime_objects import services_of


@dataclass(frozen=True)
class EffectiveComponent:
    """``described`` is its entry in SeldonConfig.spec.components, ``override`` that in SeldonRuntime.spec.overrides.

    ``row`` is None for a name that the operator does not know: it creates nothing. ``metadata`` is that of its pods:
    labels and annotations of SeldonConfig, SeldonRuntime and entry, united. Both objects may have any shape.
    """

    name: str
    row: Component | None
    described: Mapping[str, Any]
    override: Mapping[str, Any]
    metadata: KubeObject

    @cached_property
    def pod_spec(self) -> KubeObject:
        """The override's podSpec merged over the entry's."""
        return merge_pod_specs(self.described.get("podSpec"), self.override.get("podSpec"))

    @property
    def disabled(self) -> bool:
        """Whether the operator leaves it out. Then it does not set its condition, and the SeldonRuntime is never Ready."""
        return self.override.get("disable") is True

    @property
    def replicas(self) -> int:
        """The replicas of the override, else 1: the operator does not use those of the SeldonConfig."""
        replicas = whole(self.override.get("replicas"))
        return 1 if replicas is None else replicas

    @property
    def runs(self) -> bool:
        """Whether it has pods."""
        return not self.disabled and self.replicas != 0


@dataclass(frozen=True)
class EffectiveRuntime:
    """A SeldonRuntime with the SeldonConfig that it names."""

    runtime: KubeObject
    config: KubeObject
    release: Version

    @cached_property
    def components(self) -> tuple[EffectiveComponent, ...]:
        """One per entry of SeldonConfig.spec.components, in its order. No other component is created."""
        overrides = self.overrides
        return tuple(
            self._component(_name(entry), entry, overrides.get(_name(entry), {}))
            for entry in mappings(_spec(self.config).get("components"))
        )

    @property
    def overrides(self) -> dict[str, Mapping[str, Any]]:
        """SeldonRuntime.spec.overrides by component."""
        return {_name(entry): entry for entry in mappings(_spec(self.runtime).get("overrides"))}

    @property
    def wanted(self) -> tuple[str, ...]:
        """Names of the components that no override turns off, also of those that are not in the SeldonConfig."""
        overrides = self.overrides
        off = {name for name, entry in overrides.items() if entry.get("disable") is True or entry.get("replicas") == 0}
        return tuple(row.name for row in components_of(self.release) if row.name not in off)

    @cached_property
    def settings(self) -> Mapping[str, Any]:
        """spec.config of the SeldonRuntime over that of the SeldonConfig."""
        return united(mapping(_spec(self.config).get("config")), mapping(_spec(self.runtime).get("config")))

    @property
    def services(self) -> tuple[Service, ...]:
        """The Services. They exist also when their components do not run."""
        return services_of(self.release)

    @property
    def scales_servers(self) -> bool:
        """Whether the scheduler may add replicas to Servers. The setting of the SeldonRuntime precedes the SeldonConfig's."""
        if not scales_servers(self.release):
            return False
        for obj in (self.runtime, self.config):
            servers = mapping(mapping(mapping(_spec(obj).get("config")).get("scalingConfig")).get("servers"))
            if "enabled" in servers:
                return servers["enabled"] is not False
        return True

    def _component(self, name: str, entry: Mapping[str, Any], override: Mapping[str, Any]) -> EffectiveComponent:
        described = (
            mapping(mapping(self.config).get("metadata")),
            mapping(mapping(self.runtime).get("metadata")),
            entry,
        )
        metadata = {
            "labels": {**_entries(described, "labels"), NAME_LABEL: name},
            "annotations": _entries(described, "annotations"),
        }
        row = BY_NAME[name] if name in COMPONENTS else None
        return EffectiveComponent(name, row, entry, override, metadata)


def effective_runtimes(
    runtimes: Iterable[KubeObject], configs: Mapping[str, KubeObject], release: Version
) -> list[EffectiveRuntime]:
    """Each SeldonRuntime with the SeldonConfig that it names; ``configs`` are by name. Those without one are left out: the
    operator creates nothing for them.
    """
    named = ((runtime, configs.get(str(_spec(runtime).get("seldonConfig")))) for runtime in runtimes)
    return [EffectiveRuntime(runtime, config, release) for runtime, config in named if config is not None]


def united(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """``base`` with the values of ``over``: mappings are merged at any depth, all other values are replaced."""
    union = dict(base)
    for key, value in over.items():
        before = union.get(key)
        union[key] = united(before, value) if isinstance(before, Mapping) and isinstance(value, Mapping) else value
    return union


def _entries(described: Iterable[Mapping[str, Any]], key: str) -> dict[str, Any]:
    return {
        name: value
        for part in described
        for name, value in mapping(part.get(key)).items()
        if name not in NOT_TRAVELLING
    }


def _spec(obj: object) -> Mapping[str, Any]:
    return mapping(mapping(obj).get("spec"))


def _name(entry: Mapping[str, Any]) -> str:
    name = entry.get("name")
    return name if isinstance(name, str) else ""
