# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which namespaces a ServerConfig of a shared or of the platform's namespace is meant for, by its annotations."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .plain import texts

NAMES = "scoped.seldon.io/allowed-namespaces"
"""Names separated by commas, or ``*``."""
SELECTOR = "scoped.seldon.io/allowed-namespaces-selector"
"""A label selector on the namespace, as kubectl takes it."""

_KEY = r"[A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?"
_VALUE = r"(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?"
_SET = re.compile(rf"({_KEY})\s+(in|notin)\s*\(([^()]*)\)", re.ASCII)
_EQUAL = re.compile(rf"({_KEY})\s*(==|=|!=)\s*({_VALUE})", re.ASCII)
_EXISTS = re.compile(rf"(!?)\s*({_KEY})", re.ASCII)


def exported(annotations: object, namespace: str, labels: Mapping[str, str] | None, default: bool) -> bool | None:
    """Whether the namespace may use it; ``default`` where nothing is said. None: the labels that decide (None) could not be read."""
    given = texts(annotations)
    if NAMES not in given and SELECTOR not in given:
        return default
    names = {name.strip() for name in given.get(NAMES, "").split(",")}
    if "*" in names or namespace in names:
        return True
    if SELECTOR not in given:
        return False
    if labels is None:
        return None
    return matches(given[SELECTOR], {**labels, "kubernetes.io/metadata.name": namespace})


def matches(selector: str, labels: Mapping[str, str]) -> bool:
    """Whether every requirement holds; one that cannot be read, or none at all, matches nothing."""
    requirements = [part.strip() for part in re.split(r",(?![^()]*\))", selector)] if len(selector) <= 1000 else []
    return bool(requirements) and all(_holds(requirement, labels) for requirement in requirements)


def _holds(requirement: str, labels: Mapping[str, str]) -> bool:
    if found := _SET.fullmatch(requirement):
        values = {value.strip() for value in found[3].split(",")}
        return (labels.get(found[1]) in values) if found[2] == "in" else labels.get(found[1]) not in values
    if found := _EQUAL.fullmatch(requirement):
        return (labels.get(found[1]) == found[3]) is (found[2] != "!=")
    if found := _EXISTS.fullmatch(requirement):
        return (found[2] in labels) is not bool(found[1])
    return False
