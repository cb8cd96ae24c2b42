# SPDX-License-Identifier: GPL-3.0-or-later
"""A tenant's platform namespace is that of its cluster's platform in the inventory."""

from __future__ import annotations

from typing import Any

from ansible_collections.ml_platform.seldon.plugins.filter.platform_namespace import platform_namespace

HOSTS: dict[str, dict[str, Any]] = {
    "platform": {"seldon_core_namespace": "ml"},
    "platform-eu": {"kubeconfig": "/eu", "seldon_core_namespace": "ml-eu"},
    "platform-us": {"kubeconfig": "/us"},
    "fraud": {},
    "fraud-eu": {"kubeconfig": "/eu"},
    "fraud-us": {"kubeconfig": "/us"},
    "fraud-asia": {"kubeconfig": "/us", "context": "asia"},
}
PLATFORMS = [name for name in HOSTS if name.startswith("platform")]


def test_the_platform_is_that_of_the_hosts_cluster() -> None:
    found = {host: platform_namespace(PLATFORMS, HOSTS, host) for host in HOSTS if host.startswith("fraud")}
    assert found == {
        "fraud": "ml",
        "fraud-eu": "ml-eu",
        "fraud-us": "seldon-system",
        "fraud-asia": "seldon-system",
    }
    assert platform_namespace([], HOSTS, "fraud") == "seldon-system"
