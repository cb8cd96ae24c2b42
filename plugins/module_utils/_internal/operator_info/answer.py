# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The result of the module ``operator_info``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..kube.errors import Invalid
from ..kube.names import is_dns_label
from ..operators.judgement import judge
from .read import Lister, read
from .report import as_data


def operator_info(client: Lister, namespaces: Sequence[str] | None) -> dict[str, Any]:
    """The result as plain data. `namespaces` limits it; None or an empty list means all. Raises KubeError; Invalid before
    any request.
    """
    for name in namespaces or ():
        if not is_dns_label(name):
            raise Invalid(
                f"namespaces: {name!r} is not a namespace's name. Expected at most 63 of the characters a-z, 0-9 and -"
            )
    only = frozenset(namespaces) if namespaces else None
    return {"changed": False, **as_data(judge(read(client, only), only))}
