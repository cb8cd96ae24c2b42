# SPDX-License-Identifier: GPL-3.0-or-later
"""A relative KUBECONFIG is resolved against the user's directory before Helm gets it."""

from __future__ import annotations

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.preflight.environment import (
    with_absolute_kubeconfig,
)


def test_relative_paths_become_absolute_and_absolute_ones_stay() -> None:
    found = with_absolute_kubeconfig({"KUBECONFIG": ".lab/kubeconfig:/etc/other:", "HOME": "/x"}, "/srv")
    assert found == {"KUBECONFIG": "/srv/.lab/kubeconfig:/etc/other"}


def test_what_is_not_set_is_not_invented() -> None:
    assert with_absolute_kubeconfig({"K8S_AUTH_KUBECONFIG": ""}, "/srv") == {}
