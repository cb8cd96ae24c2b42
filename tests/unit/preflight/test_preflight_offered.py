# SPDX-License-Identifier: GPL-3.0-or-later
"""Permissions for the objects that the role applies besides the charts: new objects, and disabled ones."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.inventory import (
    Inventory,
    Member,
    render_inventory,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.permissions import WRITE, Need
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.preflight.offered import (
    Offered,
    last_offered,
    needs_of_offered,
    offered,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.preflight.scoping_guard import guard_objects
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_drain.deletion_guard import (
    deletion_guard,
)

from tests.unit.preflight.test_preflight_options import request, server_config

PLATFORM, ADMISSION = "seldon-system", "admissionregistration.k8s.io"
REMOVE = ("delete", "get")
POLICIES = ("networking.k8s.io", "networkpolicies", PLATFORM)
GUARDS = [(ADMISSION, "validatingadmissionpolicies", ""), (ADMISSION, "validatingadmissionpolicybindings", "")]


def wanted(served: bool = True, **options: Any) -> Offered:
    asked = request(**options)
    deletion = deletion_guard() if asked.deletion_guard and served else []
    return offered(asked, [*guard_objects(asked, served), *deletion], served)


def record(objects: Offered) -> Inventory:
    """The inventory as the role stores it."""
    return last_offered(
        PLATFORM,
        render_inventory("seldon-core", PLATFORM, [Member(resource, key) for key, resource in objects.items()]),
    )


def needs(before: Offered, after: Offered) -> set[tuple[tuple[str, ...], str, str, str]]:
    return {
        (need.verbs, need.group, need.resource, need.namespace)
        for need in needs_of_offered(after, record(before) if before else last_offered(PLATFORM, None))
    }


def test_what_is_there_already_takes_no_permission() -> None:
    assert needs_of_offered(wanted(network_policies=True), record(wanted(network_policies=True))) == []


def test_the_first_run_takes_the_permission_to_write_every_kind_and_the_record() -> None:
    found = needs({}, wanted(network_policies=True, server_configs=[server_config()]))
    kinds = {("mlops.seldon.io", "serverconfigs", PLATFORM), ("", "configmaps", PLATFORM), POLICIES, *GUARDS}
    assert found == {(WRITE, *kind) for kind in kinds}


@pytest.mark.parametrize(
    ("options", "removed"),
    [
        ({"network_policies": False}, [POLICIES]),
        ({"crd_guard": False}, GUARDS),
        ({"deletion_guard": False}, GUARDS),
        ({"scoping_guard": False}, [("", "configmaps", PLATFORM), *GUARDS]),
        ({"server_configs": []}, [("mlops.seldon.io", "serverconfigs", PLATFORM)]),
    ],
)
def test_what_is_turned_off_takes_the_permission_to_delete_it(
    options: dict[str, Any], removed: list[tuple[str, str, str]]
) -> None:
    full = {"network_policies": True, "server_configs": [server_config()]}
    found = needs(wanted(**full), wanted(**{**full, **options}))
    assert found == {(WRITE, "", "configmaps", PLATFORM), *((REMOVE, *kind) for kind in removed)}


def test_what_is_turned_on_again_takes_the_permission_to_write_it() -> None:
    assert needs(wanted(crd_guard=False), wanted()) == {
        (WRITE, "", "configmaps", PLATFORM),
        *((WRITE, *kind) for kind in GUARDS),
    }


def test_without_admission_policies_no_permission_to_them_is_asked_for() -> None:
    assert needs({}, wanted(served=False)) == {(WRITE, "", "configmaps", PLATFORM)}


def test_the_last_one_takes_its_record_with_it() -> None:
    off = wanted(scoping_guard=False, crd_guard=False, deletion_guard=False)
    assert off == {}
    assert Need((*WRITE, "delete"), "", "configmaps", PLATFORM) in needs_of_offered(off, record(wanted()))
