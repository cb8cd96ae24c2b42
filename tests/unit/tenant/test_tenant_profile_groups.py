# SPDX-License-Identifier: GPL-3.0-or-later
"""The API groups in the profiles: a team has no access to other groups, served or not."""

from __future__ import annotations

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.access.profiles import (
    debug_rules,
    owner_rules,
)

WRITTEN = {"", "mlops.seldon.io"}
READ = {
    "apps",
    "autoscaling",
    "batch",
    "discovery.k8s.io",
    "events.k8s.io",
    "networking.k8s.io",
    "policy",
    "rbac.authorization.k8s.io",
}


def test_only_these_groups_are_read_and_fewer_are_written() -> None:
    """No profile allows writes of monitors, alert routes, priorities, webhooks, policies or CRDs."""
    rules = [*owner_rules(), *debug_rules()]
    assert {group for rule in rules for group in rule["apiGroups"]} == WRITTEN | READ
    writes = [rule for rule in rules if not set(rule["verbs"]) <= {"get", "list", "watch"}]
    assert {group for rule in writes for group in rule["apiGroups"]} == WRITTEN
