# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Puts all evidence of a cluster into one document."""

from __future__ import annotations

DOCUMENTATION = r"""
name: verification
short_description: Puts all evidence of one cluster into one document
version_added: 0.1.0
description:
  - What the playbook C(ml_platform.seldon.seldon_verify) keeps as JSON, and of which P(ml_platform.seldon.verification_report#filter) makes pages.
  - Takes what that playbook has registered for the hosts of tenants, of which anything may be missing or may have failed.
positional: hosts, hostvars, cluster, now, fail_on, servers
options:
  _input:
    description: A result of M(ml_platform.seldon.tenant_audit), which may have failed.
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
    description: What the cluster is called.
    type: str
    required: true
  now:
    description: The time, in UTC, for a cluster that could not be audited.
    type: str
    required: true
  fail_on:
    description: The least severity for which the verification fails, or V(never).
    type: str
    required: true
  servers:
    description: A result of M(ml_platform.seldon.serverconfig_info), which may have failed.
    type: dict
    required: true
author:
  - The ml_platform.seldon authors (@ml-platform)
"""

EXAMPLES = r"""
- name: Show why the verification fails
  ansible.builtin.debug:
    msg: "{{ (audit | ml_platform.seldon.verification(groups.tenants, hostvars, 'europe', '', 'high', servers)).fails }}"
"""

RETURN = r"""
_value:
  description: The document. The collection's docs/verify.md lists its keys.
  type: dict
"""

import typing as t
from collections.abc import Iterable, Mapping

from ansible_collections.ml_platform.seldon.plugins.module_utils.verification.document import (
    verification as document_of,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils.verification.part import Part
from ansible_collections.ml_platform.seldon.plugins.plugin_utils.action import plain
from ansible_collections.ml_platform.seldon.plugins.plugin_utils.tenant_host import tenant_of_host

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
    servers: Mapping[str, t.Any],
) -> dict[str, t.Any]:
    """The document of one cluster."""
    parts = [_part(str(host), hostvars[host]) for host in hosts]
    return document_of(str(cluster), str(now), plain(audit), plain(servers), parts, str(fail_on))


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
