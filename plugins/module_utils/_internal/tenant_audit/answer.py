# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The result of the module ``tenant_audit``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..kube.errors import Invalid
from ..kube.names import is_dns_label
from .audit import audit
from .catalogue import RULES
from .read import Client, read
from .report import as_data, as_text
from .waivers import parse_waivers

_MOST_LINES = 100_000


def tenant_audit(
    client: Client,
    namespaces: Sequence[str] | None,
    platform: str,
    waivers: Sequence[Mapping[str, Any]] = (),
    log_lines: int = 1000,
) -> dict[str, Any]:
    """`namespaces` limits the question; None or an empty list asks about every tenant. Raises ConfigurationError, and
    Invalid before any request.
    """
    for option, names in (("namespaces", namespaces or ()), ("platform_namespace", (platform,))):
        for name in names:
            if not is_dns_label(name):
                raise Invalid(
                    f"{option}: {name!r} is not a namespace's name. Expected at most 63 of the characters a-z, 0-9 and -"
                )
    if not 0 <= log_lines <= _MOST_LINES:
        raise Invalid(f"operator_log_lines: {log_lines} is out of range. Expected 0 to {_MOST_LINES}")
    parsed = parse_waivers(waivers, RULES)
    audited = audit(read(client, platform, namespaces or None, log_lines), parsed)
    return {"changed": False, **as_data(audited), "text": as_text(audited)}
