# SPDX-License-Identifier: GPL-3.0-or-later
"""A group that has access to two tenants."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleUndefinedVariable
from ansible_collections.ml_platform.seldon.plugins.filter.shared_groups import shared_groups


def access(**profiles: list[str]) -> dict[str, object]:
    return {"tenant_namespace_access": {profile: {"groups": groups} for profile, groups in profiles.items()}}


def test_a_group_of_two_tenants_of_one_cluster_is_named_once_with_its_widest_profile() -> None:
    inventory = {
        "fraud": access(viewers=["analysts", "audit"]),
        "recs": access(owners=["analysts"], viewers=["analysts", "recs"]),
        "eu": {**access(owners=["audit"]), "context": "eu"},
    }
    assert shared_groups(inventory, inventory) == ["group analysts has access to fraud (viewers), recs (owners)"]


def test_many_tenants_are_counted() -> None:
    inventory = {f"t{number}": access(viewers=["audit"]) for number in range(7)}
    [line] = shared_groups(inventory, inventory)
    assert line.endswith("t4 (viewers) and 2 more")


def test_two_hosts_of_one_tenant_are_not_two_tenants() -> None:
    inventory = {
        "a": {**access(owners=["g"]), "tenant_namespace_name": "t"},
        "b": {**access(viewers=["g"]), "tenant_namespace_name": "t"},
    }
    assert shared_groups(inventory, inventory) == []


@pytest.mark.parametrize(
    "wrong", [None, "g", ["g"], {"owners": ["g"]}, {"owners": {"groups": "g"}}, {"owners": {"groups": None}}]
)
def test_what_is_no_access_is_left_to_the_tenants_own_check(wrong: object) -> None:
    inventory = {"a": {"tenant_namespace_access": wrong}, "b": {"tenant_namespace_access": wrong}}
    assert shared_groups(inventory, inventory) == []


class Undefined(dict[str, object]):
    """Variables of a host, one of which is undefined."""

    def get(self, key: str, default: object = None) -> object:
        raise AnsibleUndefinedVariable(key)


def test_a_variable_that_is_undefined_stops_no_other_tenant() -> None:
    inventory = {"a": access(owners=["g"]), "b": Undefined(), "c": access(owners=["g"])}
    assert shared_groups(inventory, inventory) == ["group g has access to a (owners), c (owners)"]
