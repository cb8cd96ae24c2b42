# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects that are not applied but explained, and the cost of that."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.network.address import read_block
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.selector import Labels, read_selector
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.explain.left import (
    MOST_OBJECTS,
    explain_left,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.explain.representative import (
    address_in,
    labels_for,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.explain.text import bounded, named
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.options.tenant_options import (
    parse_options,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.render import render_tenant
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.snapshot import TenantSnapshot
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.tenant.explain.explain_world import T, monitor, policy, ruling, the_platform, the_server


class Untouchable:
    """An object that fails the test when it is read."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(name)

    def __iter__(self) -> Any:
        raise AssertionError("iterated")


def test_nothing_is_computed_where_nothing_of_these_kinds_is_left() -> None:
    never: Any = Untouchable()
    quota = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "q"}}
    other = {"apiVersion": "cilium.io/v2", "kind": "NetworkPolicy", "metadata": {"name": "q"}}
    assert explain_left([], never, never, never) == {}
    assert explain_left([ruling(quota), ruling(other)], never, never, never) == {}
    with pytest.raises(AssertionError):
        explain_left([ruling(policy())], never, never, never)


def test_each_is_explained_under_its_index_up_to_a_number() -> None:
    found = the_platform()
    plan = render_tenant(parse_options({"name": T}), found, [the_server()], TenantSnapshot())
    rulings = [ruling({"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "l"}}, 0)]
    rulings += [ruling(policy() if number % 2 else monitor("PodMonitor"), number) for number in range(1, 20)]
    lines = explain_left(rulings, plan, [], [])
    assert list(lines) == list(range(1, 20))
    assert [index for index, said in lines.items() if said == ["not explained: only the first 10 are"]] == list(
        range(1 + MOST_OBJECTS, 20)
    )
    assert lines[1][0] == "there is no planned pod that it could select"


def test_lines_are_bounded_and_plain() -> None:
    assert bounded(["a\n\x1b[1mb", "c", "d"], 2) == ["a \ufffd[1mb", "and 2 more of this kind"]
    assert len(bounded(["x" * 1000])[0]) == 320
    assert named(["a", "b", "a", "c"], 2) == "a, b and 1 more"


REQUIREMENTS = st.fixed_dictionaries(
    {
        "key": st.sampled_from("ab"),
        "operator": st.sampled_from(["In", "NotIn", "Exists", "DoesNotExist"]),
        "values": st.lists(st.sampled_from(["x", "y", "any"]), min_size=1),
    }
)


@given(st.lists(REQUIREMENTS, max_size=4))
def test_labels_are_found_exactly_where_there_are_any(requirements: list[dict[str, Any]]) -> None:
    expressions = [
        one if one["operator"].endswith("In") else {"key": one["key"], "operator": one["operator"]}
        for one in requirements
    ]
    selector = read_selector({"matchExpressions": expressions}, "s")
    found = labels_for(selector)
    values = (None, "x", "y", "any", "any1")
    worlds = [Labels({key: value for key, value in (("a", a), ("b", b)) if value}) for a in values for b in values]
    assert (found is not None) is any(selector.matches(world) for world in worlds)
    assert found is None or selector.matches(Labels(found))


@pytest.mark.parametrize(
    ("block", "address"),
    [
        ({"cidr": "10.0.0.0/8"}, "10.0.0.0"),
        ({"cidr": "10.0.0.0/30", "except": ["10.0.0.0/31"]}, "10.0.0.3"),
        ({"cidr": "10.0.0.0/30", "except": ["10.0.0.0/32", "10.0.0.3/32"]}, "10.0.0.1"),
        ({"cidr": "0.0.0.0/0", "except": ["0.0.0.0/1", "128.0.0.0/1"]}, "None"),
        ({"cidr": "::/0"}, "::"),
    ],
)
def test_one_address_of_a_block(block: dict[str, Any], address: str) -> None:
    assert str(address_in(read_block(block, "b"))) == address
