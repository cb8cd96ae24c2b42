# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Why a Server has no ServerConfig, or not the one that it should have."""

from __future__ import annotations

from enum import Enum


class Code(str, Enum):
    """Stable names. Those after CONFIG_INVALID are about the running operators, the others about what the pattern
    demands.
    """

    REF_EMPTY = "E_REF_EMPTY"
    REF_INVALID = "E_REF_INVALID"
    REF_QUALIFIED = "E_REF_QUALIFIED"
    NAMESPACE = "E_NAMESPACE"
    NAMESPACE_TERMINATING = "E_NAMESPACE_TERMINATING"
    CRD_MISSING = "E_CRD_MISSING"
    DENIED = "E_DENIED"
    API = "E_API"
    UNCERTAIN = "E_UNCERTAIN"
    DELETING = "E_DELETING"
    DISABLED = "E_DISABLED"
    NOT_FOUND = "E_NOT_FOUND"
    FALLBACK_DENIED = "E_FALLBACK_DENIED"
    CONFIG_INVALID = "E_CONFIG_INVALID"
    AMBIGUOUS_OPERATOR = "E_AMBIGUOUS_OPERATOR"
    SCOPE_UNSUPPORTED = "E_SCOPE_UNSUPPORTED"
    UNMANAGED = "E_UNMANAGED"
    LOOKUP_FAILS = "E_LOOKUP_FAILS"


UNPROVEN = frozenset((Code.DENIED, Code.API, Code.UNCERTAIN))
"""Codes of results that could not be checked: neither correct nor wrong."""
