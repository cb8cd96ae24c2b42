# SPDX-License-Identifier: GPL-3.0-or-later
"""Two hosts of an inventory for one tenant."""

from __future__ import annotations

from ansible_collections.ml_platform.seldon.plugins.filter.described_twice import described_twice


def test_hosts_of_one_tenant_on_one_cluster_are_found() -> None:
    inventory = {
        "fraud": {},
        "fraud-old": {"tenant_namespace_name": "fraud"},
        "fraud-eu": {"tenant_namespace_name": "fraud", "context": "eu"},
        "fraud-us": {"tenant_namespace_name": "fraud", "kubeconfig": "/us"},
        "recs": {},
    }
    assert described_twice(inventory, inventory) == ["tenant fraud is described by the hosts fraud and fraud-old"]
    assert described_twice(["fraud", "fraud-eu", "fraud-us", "recs"], inventory) == []
