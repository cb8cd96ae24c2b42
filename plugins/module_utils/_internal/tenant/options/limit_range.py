# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The option for the LimitRange."""

from __future__ import annotations

from collections.abc import Mapping

from ...diagnosis.reading import Reading
from ...kube.quantity import parse_quantity
from ...quota.container_limits import ContainerLimits

_CONTAINER_RESOURCES = ("cpu", "memory", "ephemeral-storage")


def read_limit_range(reading: Reading, value: object, path: str) -> ContainerLimits:
    """Keys of LimitRange.spec.limits[]; each given one replaces its default."""
    given = reading.mapping(value, path)
    reading.refuse_unknown_keys(given, path + ".", ("default", "defaultRequest", "min", "max"))
    standard = ContainerLimits()

    def read(key: str, default: Mapping[str, str]) -> Mapping[str, str]:
        if given.get(key) is None:
            return default
        quantities = reading.quantities(given[key], f"{path}.{key}")
        reading.refuse_unknown_keys(quantities, f"{path}.{key}.", _CONTAINER_RESOURCES)
        return quantities

    before = len(reading.problems)
    limits = ContainerLimits(
        read("default", standard.default),
        read("defaultRequest", standard.default_request),
        read("min", {}),
        read("max", {}),
    )
    if len(reading.problems) == before:
        _check_order(reading, limits, path)
    return limits


def check_defaults(reading: Reading, quota: Mapping[str, str], limits: ContainerLimits, prefix: str) -> None:
    """Where a quota counts limits or requests, a container that states none needs a default, or its pod is refused."""
    for resource in ("cpu", "memory"):
        stated = resource in limits.default
        if f"limits.{resource}" in quota and not stated:
            why = f"is missing, and {prefix}quota counts limits.{resource}: pods without that limit would be refused, Seldon's among them"
            reading.refuse(
                f"{prefix}limit_range.default.{resource}", why, "state a default, or leave the key out of the quota"
            )
        requested = stated or resource in limits.default_request
        if (f"requests.{resource}" in quota or resource in quota) and not requested:
            why = f"is missing, and {prefix}quota counts requests of {resource}: pods without that request would be refused"
            reading.refuse(
                f"{prefix}limit_range.defaultRequest.{resource}",
                why,
                "state a default, or leave the key out of the quota",
            )


def _check_order(reading: Reading, limits: ContainerLimits, path: str) -> None:
    """min <= defaultRequest <= default <= max, as the API server demands of a LimitRange."""
    rungs = (
        ("min", limits.min),
        ("defaultRequest", limits.default_request),
        ("default", limits.default),
        ("max", limits.max),
    )
    for low in range(len(rungs)):
        for high in range(low + 1, len(rungs)):
            (low_name, lower), (high_name, higher) = rungs[low], rungs[high]
            for resource in sorted(lower.keys() & higher.keys()):
                if parse_quantity(lower[resource]) > parse_quantity(higher[resource]):
                    message = f"{lower[resource]} is more than {high_name}.{resource} {higher[resource]}"
                    reading.refuse(
                        f"{path}.{low_name}.{resource}", message, expected="min <= defaultRequest <= default <= max"
                    )
