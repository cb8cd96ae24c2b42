# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The interface of ``entry_point.py``, which every Ansible module has in the package with the module's name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from .errors import KubeError
from .invocation import Invocation


class EntryPoint(Protocol):
    """The public names of an ``entry_point.py``: options and constraints as ArgumentSpecValidator takes them, and the
    call that serves the module and its action.
    """

    ARGUMENT_SPEC: dict[str, dict[str, Any]]
    CONSTRAINTS: dict[str, Any]

    def run(self, params: Mapping[str, Any], invocation: Invocation) -> dict[str, Any]:
        """The module's result for validated ``params``; a failed one has ``failed`` and ``msg``. Raises KubeError."""


def result_of(entry_point: EntryPoint, params: Mapping[str, Any], invocation: Invocation) -> dict[str, Any]:
    """The module's result; a failed one has ``failed`` and ``msg``."""
    try:
        return entry_point.run(params, invocation)
    except KubeError as error:
        return {"changed": False, "failed": True, "msg": str(error)}
