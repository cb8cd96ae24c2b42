# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A tenant's name is its namespace's name; some names are not to be had."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ...diagnosis.diagnostic import Diagnostic
from ...diagnosis.quoting import quoted
from ...diagnosis.subject import option
from ...kube.names import is_dns_label
from ...seldon.charts import PLATFORM_NAMESPACE
from ...seldon.operator_names import DEFAULT_NAMESPACE

FIELD = "tenant_namespace_name"

RESERVED = (
    "default",
    "kube-*",
    "openshift",
    "openshift-*",
    PLATFORM_NAMESPACE,
    DEFAULT_NAMESPACE,
    "istio-system",
    "istio-*",
    "monitoring",
    "cert-manager",
    "ingress-*",
    "gatekeeper-system",
    "kyverno",
    "argocd",
    "flux-system",
    "strimzi-system",
)
"""Names of the cluster's and the platform's own namespaces; a ``*`` at the end stands for any rest."""


def check_tenant_name(name: object, platform_namespace: str, reserved: Iterable[str] = ()) -> list[Diagnostic]:
    """At most one problem. ``reserved`` adds to RESERVED and to the platform namespace; it never takes away."""
    if not isinstance(name, str):
        return [
            _problem(
                f"{quoted(name)} is not a string", "quote it: YAML reads an unquoted 123, true or no as something else"
            )
        ]
    if not name:
        return [_problem("is empty", "name the tenant's namespace, such as fraud-detection")]
    if not is_dns_label(name):
        expected = (
            "a DNS label: at most 63 of the characters a-z, 0-9 and -, beginning and ending with a letter or digit"
        )
        near = _near(name)
        steps = [f'did you mean "{near}"?'] if near else []
        return [_problem(f"{quoted(name)} is not a namespace's name", *steps, expected=expected)]
    if name == platform_namespace:
        return [_problem(f'"{name}" is the platform namespace', "choose another name for the tenant")]
    for pattern in (*RESERVED, *reserved):
        if matches(name, pattern):
            why = f'"{name}" is reserved' + (f" (by {pattern})" if pattern != name else "")
            return [_problem(why, "choose another name for the tenant")]
    return []


def matches(name: str, pattern: str) -> bool:
    """Equality, or the beginning of the name for a pattern that ends with ``*``."""
    return name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern


def _near(name: str) -> str:
    """A valid name close to this one; empty if there is none."""
    mended = re.sub(r"[ _.]+", "-", name.strip().lower())[:63].strip("-")
    return mended if is_dns_label(mended) else ""


def _problem(message: str, *next_steps: str, expected: str = "") -> Diagnostic:
    return Diagnostic(option(FIELD), message, expected=expected, next_steps=next_steps)
