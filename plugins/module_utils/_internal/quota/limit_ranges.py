# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads LimitRange objects into rules, with the defaults that the API server derives (pkg/apis/core/v1/defaults.go)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..kube.amounts import Amounts, united
from .reading import Reading


@dataclass(frozen=True)
class LimitRule:
    """One entry of spec.limits. ``kind`` is Container, Pod or PersistentVolumeClaim; ``source`` names the LimitRange."""

    source: str
    kind: str
    default: Amounts = field(default_factory=dict)
    default_request: Amounts = field(default_factory=dict)
    min: Amounts = field(default_factory=dict)
    max: Amounts = field(default_factory=dict)
    ratio: Amounts = field(default_factory=dict)


LimitRules = tuple[LimitRule, ...]


def read_limit_ranges(objects: Iterable[object]) -> LimitRules:
    """The rules of LimitRanges as they are enforced; unreadable values are left out (lint_limits.py reports them)."""
    return tuple(rule for obj in objects for rule in read_rules(obj, Reading()))


def read_rules(obj: object, reading: Reading) -> LimitRules:
    """The rules of one LimitRange, each with derived defaults."""
    given = reading.mapping(obj, "")
    name = reading.text(reading.mapping(given.get("metadata"), "metadata").get("name"), "metadata.name")
    limits = reading.mapping(given.get("spec"), "spec").get("limits")
    return tuple(
        _derived(_stated(name, entry, path, reading)) for path, entry in reading.mappings(limits, "spec.limits")
    )


def _stated(source: str, entry: Mapping[str, Any], path: str, reading: Reading) -> LimitRule:
    default, default_request, low, high, ratio = (
        reading.amounts(entry.get(key), f"{path}.{key}")
        for key in ("default", "defaultRequest", "min", "max", "maxLimitRequestRatio")
    )
    return LimitRule(
        source, reading.text(entry.get("type"), f"{path}.type"), default, default_request, low, high, ratio
    )


def _derived(rule: LimitRule) -> LimitRule:
    """The rule with derived defaults: the default limit is else the maximum; the default request is else the default limit,
    else the minimum.
    """
    if rule.kind != "Container":
        return rule
    default = united(rule.default, rule.max)
    default_request = united(united(rule.default_request, default), rule.min)
    return LimitRule(rule.source, rule.kind, default, default_request, rule.min, rule.max, rule.ratio)
