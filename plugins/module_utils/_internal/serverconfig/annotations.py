# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Annotations of ServerConfigs that decide whether, and by which namespaces, one is used. docs/how-it-works.md has them.

They are about the ServerConfig and not about pods, so that a copy for a tenant does not carry them.
"""

from __future__ import annotations

from ..kube.json_values import texts
from ..ownership.labels import SERVER_CONFIG_PREFIX

DISABLED = f"{SERVER_CONFIG_PREFIX}disabled"
"""``true``: not in use; no other ServerConfig takes its place."""
NAMES = f"{SERVER_CONFIG_PREFIX}allowed-namespaces"
"""Names separated by commas, or ``*``."""
SELECTOR = f"{SERVER_CONFIG_PREFIX}allowed-namespaces-selector"
"""A label selector on the namespace, as kubectl takes it."""

_OLD_PREFIX = "scoped.seldon.io/"
"""Of the first release: a domain that is not this project's. Still read, and reported."""
_CURRENT = {key.replace(SERVER_CONFIG_PREFIX, _OLD_PREFIX): key for key in (DISABLED, NAMES, SELECTOR)}


def read_annotations(annotations: object) -> dict[str, str]:
    """Values by current key; an old key counts where the current one is absent."""
    given = texts(annotations)
    old = {current: given[key] for key, current in _CURRENT.items() if key in given}
    return {**old, **{key: given[key] for key in _CURRENT.values() if key in given}}


def old_annotations(annotations: object) -> list[tuple[str, str]]:
    """(old key, current key) of the old keys that are given."""
    given = texts(annotations)
    return [(key, current) for key, current in _CURRENT.items() if key in given]
