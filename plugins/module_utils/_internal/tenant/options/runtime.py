# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Options of the tenant's SeldonRuntime."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...diagnosis.quoting import quoted
from ...diagnosis.reading import Reading
from ...kube.names import is_dns_subdomain
from ...kube.quantity import parse_quantity
from ...seldon.component import Runs
from ...seldon.components import BY_NAME, COMPONENTS, ENVOY, TABLE

_SERVICE_TYPES = ("ClusterIP", "NodePort", "LoadBalancer")
_MESH_PORTS = sum(len(row.service.ports) for row in TABLE if row.service and row.service.entry)


@dataclass(frozen=True)
class RuntimeOptions:
    """``pipelines``: auto (as soon as there is a Pipeline), always, never. ``service_type`` is that of the inference
    entry, ``seldon-mesh``.

    ``overrides`` are entries of SeldonRuntime.spec.overrides by component; ``config`` is SeldonRuntime.spec.config;
    ``rclone_secrets`` name Secrets of the tenant's namespace.
    """

    pipelines: str = "auto"
    service_type: str = "ClusterIP"
    tracing: bool = False
    overrides: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)
    rclone_secrets: tuple[str, ...] = ()


def read_runtime(reading: Reading, value: object, path: str) -> RuntimeOptions:
    given = reading.mapping(value, path)
    reading.refuse_unknown_keys(
        given, path + ".", ("pipelines", "service_type", "tracing", "overrides", "config", "rclone_secrets")
    )
    return RuntimeOptions(
        pipelines=_pipelines(reading, given.get("pipelines"), path + ".pipelines"),
        service_type=reading.choice(given.get("service_type"), path + ".service_type", _SERVICE_TYPES, "ClusterIP"),
        tracing=reading.boolean(given.get("tracing"), path + ".tracing", False),
        overrides=_overrides(reading, given.get("overrides"), path + ".overrides"),
        config=reading.mapping(given.get("config"), path + ".config"),
        rclone_secrets=_secrets(reading, given.get("rclone_secrets"), path + ".rclone_secrets"),
    )


def check_services(reading: Reading, quota: Mapping[str, str], runtime: RuntimeOptions, prefix: str) -> None:
    """A LoadBalancer also takes a node port for each of its ports: a quota that forbids those forbids it."""
    kind = runtime.overrides.get(ENVOY, {}).get("serviceType", runtime.service_type)
    balancers = _count(quota, "services.loadbalancers")
    ports = _count(quota, "services.nodeports")
    if balancers and ports == 0:
        reading.refuse(
            f"{prefix}quota.services.nodeports",
            "is 0, so that no LoadBalancer can be made although services.loadbalancers allows them",
            "allow a node port for each port of a LoadBalancer, or set services.loadbalancers to 0",
        )
    elif kind == "LoadBalancer" and balancers == 0:
        reading.refuse(
            f"{prefix}quota.services.loadbalancers",
            "is 0, but the runtime asks for a LoadBalancer",
            expected="1 or more",
        )
    elif kind != "ClusterIP" and ports is not None and ports < _MESH_PORTS:
        message = f"is {ports}, but seldon-mesh as {kind} takes {_MESH_PORTS}"
        reading.refuse(f"{prefix}quota.services.nodeports", message, expected=f"{_MESH_PORTS} or more")


def _count(quota: Mapping[str, str], key: str) -> int | None:
    return int(parse_quantity(quota[key])) if key in quota else None


def _pipelines(reading: Reading, value: object, path: str) -> str:
    if isinstance(value, bool):
        return "always" if value else "never"
    return reading.choice(value, path, ("auto", "always", "never"), "auto")


def _secrets(reading: Reading, value: object, path: str) -> tuple[str, ...]:
    names: list[str] = []
    for position, entry in enumerate(reading.listed(value, path)):
        name = reading.string(entry, f"{path}[{position}]")
        if not is_dns_subdomain(name):
            reading.refuse(
                f"{path}[{position}]",
                f"{quoted(name)} is not a Secret's name",
                "name a Secret of the tenant's namespace",
            )
        elif name not in names:
            names.append(name)
    return tuple(names)


def _overrides(reading: Reading, value: object, path: str) -> dict[str, dict[str, Any]]:
    """A list as in SeldonRuntime.spec.overrides; read by component."""
    read: dict[str, dict[str, Any]] = {}
    for position, entry in enumerate(reading.listed(value, path)):
        place = f"{path}[{position}]"
        given = reading.mapping(entry, place)
        reading.refuse_unknown_keys(given, place + ".", ("name", "replicas", "serviceType", "podSpec", "disable"))
        name = reading.choice(given.get("name", ""), place + ".name", COMPONENTS, "")
        if name in read:
            reading.refuse(place + ".name", f'"{name}" is given twice')
        if given.get("disable"):
            reading.refuse(place + ".disable", "keeps the SeldonRuntime from ever being Ready", "set replicas: 0")
        override = {key: given[key] for key in ("replicas", "serviceType", "podSpec") if given.get(key) is not None}
        _check_override(reading, name, override, place)
        read[name] = override
    return read


def _check_override(reading: Reading, name: str, override: dict[str, Any], place: str) -> None:
    replicas = override.get("replicas")
    if replicas is not None and (isinstance(replicas, bool) or not isinstance(replicas, int) or replicas < 0):
        reading.refuse(place + ".replicas", f"{quoted(replicas)} is not a number of replicas", expected="0 or more")
    elif replicas == 0 and name in BY_NAME and BY_NAME[name].runs is Runs.ALWAYS:
        reading.refuse(place + ".replicas", f"is 0, but no model can be served without {name}", expected="1 or more")
    if "serviceType" in override:
        kind = reading.choice(override["serviceType"], place + ".serviceType", _SERVICE_TYPES, "ClusterIP")
        service = BY_NAME[name].service if name in BY_NAME else None
        if service is not None and service.typed and not service.entry and kind != "ClusterIP":
            reading.refuse(
                place + ".serviceType",
                "would publish the scheduler's control ports, which ask for no login",
                expected="ClusterIP",
            )
        elif name and (service is None or not service.typed):
            reading.refuse(place + ".serviceType", f"has no effect: {name} has no Service", "leave it out")
    if "podSpec" in override:
        override["podSpec"] = reading.mapping(override["podSpec"], place + ".podSpec")
