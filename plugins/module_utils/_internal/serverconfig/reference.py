# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""spec.serverConfig itself, before anything is looked up."""

from __future__ import annotations

from ..diagnosis.quoting import quoted
from ..kube.names import is_dns_subdomain
from .code import Code

Fault = tuple[Code, str, str]
"""The code, the fault in words, and the next step."""


def reference_fault(wanted: object) -> Fault | None:
    """None for the name of an object."""
    if wanted is None or wanted == "":
        return Code.REF_EMPTY, "names no ServerConfig", "state spec.serverConfig"
    if not isinstance(wanted, str):
        return Code.REF_INVALID, f"spec.serverConfig {quoted(wanted)} is not a string", "quote it"
    if "/" in wanted:
        name = wanted.rpartition("/")[2]
        step = f'write "{name}"' if is_dns_subdomain(name) else "give the name only"
        return Code.REF_QUALIFIED, f"spec.serverConfig {quoted(wanted)} names a namespace, which is not supported", step
    if is_dns_subdomain(wanted):
        return None
    lower = wanted.strip().lower()
    step = f'write "{lower}"' if is_dns_subdomain(lower) else "use a-z, 0-9, - and ., at most 253 characters"
    return Code.REF_INVALID, f"spec.serverConfig {quoted(wanted)} is not the name of an object", step
