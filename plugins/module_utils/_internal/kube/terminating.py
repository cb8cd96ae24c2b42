# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The next step where a namespace is being deleted: nothing can be created in it, and it cannot be kept."""

from __future__ import annotations

MODULE = "ml_platform.seldon.tenant_drain"


def completion(namespace: str) -> str:
    """The command that completes the deletion of a tenant's namespace."""
    return f"ansible localhost -m {MODULE} -a namespace={namespace}"


def until_gone(namespace: str) -> str:
    """The next step of a run that needs the namespace."""
    return f"wait until it is gone, then run again; to complete the deletion of a tenant: {completion(namespace)}"
