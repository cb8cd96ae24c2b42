# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The guard's options as people write them, and as they are kept in the cluster for those who check tenants."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from ...diagnosis.diagnostic import Diagnostic
from ...diagnosis.quoting import quoted
from ...diagnosis.reading import Reading
from ...kube.objects import mapping
from ...kube.resources import CONFIG_MAP
from ...kube.types import KubeObject
from .images import is_registry
from .options import GuardOptions
from .rules import identifiers

CONFIGURATION = "seldon-scoping-guard"
"""The ConfigMap in the platform namespace. It is there as long as the guard is on, also where the API server has no
such policies.
"""
_OPTIONS, _POLICIES = "options", "policies"
_KEYS = tuple(field.name for field in fields(GuardOptions) if field.name != "registries")


def parse_guard_options(
    registries: object, options: object, registries_name: str, options_name: str
) -> tuple[GuardOptions, Sequence[Diagnostic]]:
    """The names are what messages call the two. With problems the options are not to be used."""
    reading = Reading()
    given = reading.mapping(options, options_name)
    reading.refuse_unknown_keys(given, f"{options_name}.", _KEYS)
    lists = {
        key: _strings(reading, given.get(key), f"{options_name}.{key}")
        for key in _KEYS
        if key != "rules" and given.get(key) is not None
    }
    allowed = _strings(reading, registries, registries_name)
    for entry in allowed:
        if not is_registry(entry):
            reading.refuse(
                registries_name,
                f"{quoted(entry)} is not a registry",
                expected="a host in lower case, such as registry.example:5000, or with a path: docker.io/seldonio",
            )
    rules = {
        name: reading.boolean(value, f"{options_name}.rules.{name}", True)
        for name, value in reading.mapping(given.get("rules"), f"{options_name}.rules").items()
    }
    reading.refuse_unknown_keys(rules, f"{options_name}.rules.", identifiers())
    return GuardOptions(registries=allowed, rules=rules, **lists), reading.problems


def configuration(options: GuardOptions, policies: Iterable[KubeObject], platform_namespace: str) -> KubeObject:
    """The options, and a digest that tells whether the policies are these."""
    digest = hashlib.sha256(json.dumps(list(policies), sort_keys=True).encode()).hexdigest()
    data = {_OPTIONS: json.dumps(asdict(options), sort_keys=True), _POLICIES: f"sha256:{digest}"}
    return {
        "apiVersion": CONFIG_MAP.api_version,
        "kind": CONFIG_MAP.kind,
        "metadata": {"name": CONFIGURATION, "namespace": platform_namespace},
        "data": data,
    }


def options_in(config_map: KubeObject) -> GuardOptions | None:
    """The options that :func:`configuration` put there; None where they cannot be read."""
    try:
        given: Any = json.loads(str(mapping(config_map.get("data")).get(_OPTIONS)))
    except ValueError:
        return None
    if not isinstance(given, Mapping):
        return None
    options, problems = parse_guard_options(given.get("registries"), {key: given.get(key) for key in _KEYS}, "", "")
    return None if problems else options


def _strings(reading: Reading, value: object, path: str) -> tuple[str, ...]:
    return tuple(reading.string(entry, f"{path}[{number}]") for number, entry in enumerate(reading.listed(value, path)))
