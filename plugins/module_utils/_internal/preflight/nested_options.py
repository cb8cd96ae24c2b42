# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads the options that have keys of their own: their values and problems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..diagnosis.diagnostic import Diagnostic
from ..diagnosis.reading import Reading
from ..isolation.guard.configuration import parse_guard_options
from ..isolation.guard.options import GuardOptions
from ..tenant.options.network import NetworkOptions, read_network

_NETWORK_KEYS = ("dns", "apiserver_cidrs")


def guard_options(registries: object, given: object, prefix: str) -> tuple[GuardOptions, Sequence[Diagnostic]]:
    """The options ``allowed_registries`` and ``scoping_guard_options``."""
    return parse_guard_options(registries, given, f"{prefix}allowed_registries", f"{prefix}scoping_guard_options")


def network_options(given: Mapping[str, Any], prefix: str) -> tuple[NetworkOptions, Sequence[Diagnostic]]:
    """The option ``network``."""
    reading = Reading()
    reading.refuse_unknown_keys(given, f"{prefix}network.", _NETWORK_KEYS)
    known = {key: value for key, value in given.items() if key in _NETWORK_KEYS}
    options = read_network(reading, {"network": known}, prefix, "")
    return options, reading.problems
