# SPDX-License-Identifier: GPL-3.0-or-later
"""Which Servers a Model can be placed on, and the capabilities that their pods report."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.seldon.capabilities import capabilities_of
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.seldon.model_rules import model_refusals
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.seldon.placement import Host, place
from hypothesis import given
from hypothesis import strategies as st

from lab.operator import placement as scheduler

Spec = dict[str, Any]


def model(**spec: Any) -> Spec:
    return {"metadata": {"name": "m"}, "spec": spec}


def pod(value: object = "sklearn, xgboost", **agent: Any) -> Spec:
    variable = {"name": "SELDON_SERVER_CAPABILITIES", "value": value}
    return {"containers": [{"name": "agent", "env": [variable], **agent}, {"name": "mlserver"}]}


@pytest.mark.parametrize(
    ("pod_spec", "found"),
    [
        (pod(), ("sklearn", "xgboost")),
        (pod(""), ("",)),
        (pod("$(CAPABILITIES)"), None),
        (pod(args=["--capabilities=a"]), None),
        (pod(env=[]), None),
        (pod(env=[{"name": "SELDON_SERVER_CAPABILITIES", "valueFrom": {"fieldRef": {}}}]), None),
        ({"containers": [{"name": "mlserver"}]}, None),
    ],
)
def test_capabilities_of_a_pod(pod_spec: Spec, found: tuple[str, ...] | None) -> None:
    """None is not known: nothing is judged by it."""
    assert capabilities_of(pod_spec) == found


MLSERVER, TRITON, UNKNOWN = Host("mlserver", ("sklearn",)), Host("triton", ("onnx",)), Host("own", None)


@pytest.mark.parametrize(
    ("obj", "hosts", "missing"),
    [
        (model(), ["mlserver", "triton"], ()),
        (model(requirements=[" sklearn "]), ["mlserver"], ()),
        (model(requirements=["scikit-learn"]), [], ("scikit-learn",)),
        (model(requirements=["sklearn", "onnx"]), [], ()),
        (model(requirements=["sklearn"], server="triton"), [], ("sklearn",)),
        (model(server="absent"), [], ()),
        (model(server=""), [], ()),
        (model(modelType="pmml"), [], ("pmml",)),
        (model(explainer={"type": "anchor_tabular"}), [], ("alibi-explain",)),
    ],
)
def test_where_a_model_goes(obj: Spec, hosts: list[str], missing: tuple[str, ...]) -> None:
    placement = place(obj, [MLSERVER, TRITON])
    assert [host.name for host in placement.hosts] == hosts and placement.missing == missing


def test_a_server_whose_capabilities_are_not_known_can_take_every_model() -> None:
    assert place(model(requirements=["anything"]), [MLSERVER, UNKNOWN]).hosts == (UNKNOWN,)


def test_what_is_refused_of_a_model() -> None:
    both = {"metadata": {"name": "m.v1"}, "spec": {"explainer": {"type": "t"}, "llm": {"modelRef": "a"}}}
    assert [refusal.field for refusal in model_refusals(both)] == ["metadata.name", "spec.llm"]
    assert not list(model_refusals(model(explainer={"type": "t"})))


words = st.sampled_from(["a", "b", "c"])


@given(
    st.lists(words, max_size=2),
    st.none() | st.sampled_from(["one", "two", "three"]),
    st.lists(st.frozensets(words), max_size=2),
)
def test_the_stand_ins_scheduler_agrees(needed: list[str], named: str | None, offered: list[frozenset[str]]) -> None:
    obj = model(requirements=needed, **({"server": named} if named else {}))
    servers = list(zip(("one", "two"), offered))
    mine = place(obj, [Host(name, tuple(capabilities)) for name, capabilities in servers]).hosts
    theirs = scheduler.place(obj, [scheduler.Host(name, 1, capabilities) for name, capabilities in servers])
    assert bool(mine) == (theirs.state == scheduler.AVAILABLE)
