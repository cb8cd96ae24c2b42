# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Combines the results of a verification into one document per cluster."""

from __future__ import annotations

DOCUMENTATION = r"""
name: verification
short_description: Combines the results of a verification into one document per cluster
version_added: 0.1.0
description:
  - The playbook C(ml_platform.seldon.seldon_verify) writes the document as JSON. P(ml_platform.seldon.verification_report#filter) formats it for people.
  - Reads the results that the playbook registered for the tenants' hosts. Any of them can be missing or failed.
positional: hosts, hostvars, cluster, now, fail_on
options:
  _input:
    description: The result of M(ml_platform.seldon.tenant_audit). It can be a failed one.
    type: dict
    required: true
  hosts:
    description: Names of the hosts of the cluster's tenants.
    type: list
    elements: str
    required: true
  hostvars:
    description: The variable C(hostvars).
    type: dict
    required: true
  cluster:
    description: Name of the cluster.
    type: str
    required: true
  now:
    description: The present time, in UTC. The document of a cluster that could not be audited contains it.
    type: str
    required: true
  fail_on:
    description: The lowest severity that fails the verification, or V(never).
    type: str
    required: true
author:
  - The ml_platform.seldon authors (@ml-platform)
"""

EXAMPLES = r"""
- name: Show why the verification fails
  ansible.builtin.debug:
    msg: "{{ (audit | ml_platform.seldon.verification(groups.tenants, hostvars, 'europe', '', 'high')).fails }}"
"""

RETURN = r"""
_value:
  description: The document. C(docs/verify.md) of the collection lists its keys.
  type: dict
"""

import typing as t
from collections.abc import Iterable, Mapping

from ansible_collections.ml_platform.seldon.plugins.plugin_utils._action import plain
from ansible_collections.ml_platform.seldon.plugins.plugin_utils._tenant_host import tenant_of_host
from ansible_collections.ml_platform.seldon.plugins.plugin_utils._verification.document import (
    verification as document_of,
)
from ansible_collections.ml_platform.seldon.plugins.plugin_utils._verification.part import Part

CHECKED = "__tenant_namespace_checked"
PROBLEM = "__seldon_verify_problem"
ASKED = "__seldon_verify_asked"


def verification(
    audit: Mapping[str, t.Any],
    hosts: Iterable[str],
    hostvars: Mapping[str, Mapping[str, t.Any]],
    cluster: str,
    now: str,
    fail_on: str,
) -> dict[str, t.Any]:
    """The document of one cluster."""
    parts = [_part(str(host), hostvars[host]) for host in hosts]
    return document_of(str(cluster), str(now), plain(audit), parts, str(fail_on))


def _part(host: str, variables: Mapping[str, t.Any]) -> Part:
    checked = variables.get(CHECKED)
    asked = (variables.get(ASKED) or {}).get("results") or []
    return Part(
        tenant_of_host(host, variables),
        plain(checked) if isinstance(checked, Mapping) and not checked.get("skipped") else None,
        str(variables.get(PROBLEM) or ""),
        plain(asked),
    )


class FilterModule:
    """The filter under its name."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name to function."""
        return {"verification": verification}
