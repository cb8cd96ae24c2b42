# SPDX-License-Identifier: GPL-3.0-or-later
"""A closed tenant's policies change, in any order of writes: flows that are allowed before and after stay allowed all
the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, product
from typing import Any

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.network.evaluate import (
    Where,
    verdict,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.network.pod import PodKey
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.network.world import Network
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.network.switch import (
    carried,
    meanwhile,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.options.tenant_options import (
    parse_options,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.render import render_tenant
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.snapshot import TenantSnapshot
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.tenant.builders import KubeObject, platform

T, NAME = "t", "app.kubernetes.io/name"
PODS = {
    PodKey(T, "server"): {NAME: "seldon-server"},
    PodKey(T, "envoy"): {NAME: "seldon-envoy"},
    PodKey(T, "app"): {"app": "app"},
    PodKey("one", "x"): {"app": "x"},
    PodKey("two", "x"): {"app": "x"},
}
PORTS = (53, 9000, 9006)
NAMESPACES = [{"metadata": {"name": name}} for name in (T, "one", "two")]
PLACES = [{"namespace": "one"}, {"namespace": "two"}, {"namespace": T, "pod_labels": {"app": "app"}}]


def policies(options: dict[str, Any]) -> list[KubeObject]:
    plan = render_tenant(parse_options({"name": T, **options}), platform(), (), TenantSnapshot())
    return [obj for obj in plan.platform_objects if obj["kind"] == "NetworkPolicy"]


def allowed(state: Sequence[KubeObject]) -> set[tuple[Where, Where, int]]:
    pods = [
        {"metadata": {"namespace": key.namespace, "name": key.name, "labels": labels}} for key, labels in PODS.items()
    ]
    network = Network(NAMESPACES, pods, state)
    return {
        (*pair, port)
        for pair in product(PODS, PODS)
        for port in PORTS
        if verdict(network, *pair, port).outcome.value == "allowed"
    }


def names(objects: Sequence[KubeObject]) -> dict[str, KubeObject]:
    return {obj["metadata"]["name"]: obj for obj in objects}


def interrupted_flows(
    before: Sequence[KubeObject], after: Sequence[KubeObject], passing: Sequence[KubeObject]
) -> set[tuple[Where, Where, int]]:
    """The flows that an order of the writes can close: those that are closed without any of the written policies, old
    or new, unless there is only one write.
    """
    old, new = names(before), names(after)
    unchanged = [policy for name, policy in old.items() if name not in new or new[name]["spec"] == policy["spec"]]
    common = allowed(before) & allowed(after)
    written = [name for name in new if name not in old or old[name]["spec"] != new[name]["spec"]]
    return common - allowed([*unchanged, *passing]) if len(written) > 1 else set()


def entries(**more: Any) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(st.sampled_from(PLACES).map(lambda place: {**place, **more}), max_size=3)


OPTIONS = st.fixed_dictionaries(
    {
        "egress": st.lists(
            st.tuples(st.sampled_from(PLACES), st.sampled_from((53, 9000))).map(
                lambda drawn: {**drawn[0], "port": drawn[1]}
            ),
            max_size=3,
        ),
        "ingress": entries(),
        "network": st.fixed_dictionaries({"dns": entries(), "monitoring": entries()}),
    }
)


@given(OPTIONS, OPTIONS)
@settings(max_examples=20, deadline=None, derandomize=True)
def test_no_flow_is_lost_in_any_order_of_the_writes(one: dict[str, Any], other: dict[str, Any]) -> None:
    before, after = policies(one), policies(other)
    passing = carried(after, before)
    assert interrupted_flows(before, after, passing) == set()
    # Not more than before or after: copies open no new flow.
    assert allowed([*before, *passing]) == allowed(before)


SWAPPED = (
    {"network": {"dns": [{"namespace": "one"}]}, "egress": [{"namespace": "two", "port": 53}]},
    {"network": {"dns": [{"namespace": "two"}]}, "egress": [{"namespace": "one", "port": 53}]},
)


def test_without_them_every_order_of_two_writes_loses_a_flow_that_moves() -> None:
    before, after = (names(policies(options)) for options in SWAPPED)
    changed = [name for name in after if before[name] != after[name]]
    assert changed == ["tenant-dns", "tenant-egress"]
    common = allowed(list(before.values())) & allowed(list(after.values()))
    for [first] in combinations(changed, 1):
        assert common - allowed(list({**before, first: after[first]}.values()))


def test_nothing_is_carried_where_one_write_does_it() -> None:
    before = policies({"egress": [{"namespace": "one", "port": 53}]})
    assert carried(policies({"egress": [{"namespace": "two", "port": 53}]}), before) == []
    assert carried(before, before) == []
    assert carried(policies(SWAPPED[1]), []) == []


def test_what_is_closed_or_opened_is_opened_meanwhile() -> None:
    closed = policies({})
    assert (
        list(names(meanwhile(T, True, closed, []))) == list(names(meanwhile(T, True, [], closed))) == ["tenant-opening"]
    )
    assert meanwhile(T, False, closed, []) == meanwhile(T, True, closed, closed) == []
    assert all("-before-" in name for name in names(meanwhile(T, True, policies(SWAPPED[1]), policies(SWAPPED[0]))))
