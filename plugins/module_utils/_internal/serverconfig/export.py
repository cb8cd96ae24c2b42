# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which namespaces a ServerConfig of a shared or of the platform's namespace is meant for, by its annotations."""

from __future__ import annotations

from collections.abc import Mapping

from ..kube.malformed import Malformed
from ..kube.selector import Labels, parse_selector
from .annotations import NAMES, SELECTOR, read_annotations


def exported(annotations: object, namespace: str, labels: Mapping[str, str] | None, default: bool) -> bool | None:
    """Whether the namespace may use the ServerConfig; ``default`` without the annotation.

    A selector that cannot be read matches nothing. None: the labels that decide (None) could not be read.
    """
    given = read_annotations(annotations)
    if NAMES not in given and SELECTOR not in given:
        return default
    names = {name.strip() for name in given.get(NAMES, "").split(",")}
    if "*" in names or namespace in names:
        return True
    if SELECTOR not in given:
        return False
    if labels is None:
        return None
    try:
        selector = parse_selector(given[SELECTOR])
    except Malformed:
        return False
    return selector.matches(Labels({**labels, "kubernetes.io/metadata.name": namespace}))
