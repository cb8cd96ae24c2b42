# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module `operator_info`: its options and its one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..kube.argument_spec import AUTH_ARGUMENT_SPEC
from ..kube.connection import connect
from ..kube.errors import Invalid
from ..kube.process import ENVIRON
from ..kube.text import is_dns_label
from .judgement import judge
from .read import Lister, read
from .report import as_data

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    **AUTH_ARGUMENT_SPEC,
    "namespaces": {"type": "list", "elements": "str"},
}


def run_operator_info(params: Mapping[str, Any], environ: Mapping[str, str] = ENVIRON) -> dict[str, Any]:
    """The module's result for its options. Raises KubeError."""
    return operator_info(connect(params, environ), params["namespaces"])


def operator_info(client: Lister, namespaces: Sequence[str] | None) -> dict[str, Any]:
    """`namespaces` limits the question; None or an empty list asks about all. Raises KubeError, Invalid before any request."""
    for name in namespaces or ():
        if not is_dns_label(name):
            raise Invalid(
                f"namespaces: {name!r} is not a namespace's name. Expected at most 63 of the characters a-z, 0-9 and -"
            )
    only = frozenset(namespaces) if namespaces else None
    return {"changed": False, **as_data(judge(read(client, only), only))}
