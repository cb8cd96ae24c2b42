# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads: one LIST per kind, and the handling of refusals."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.errors import (
    Forbidden,
    Invalid,
    NotFound,
    Unreachable,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resource import Resource
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.operator_info.answer import (
    operator_info,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.operator_info.read import read

from tests.unit.operators.cluster import dedicated

CHARTS = Path(__file__).resolve().parents[4] / "shared" / "seldon"


class Recorded:
    """Answers LISTs with the given objects by plural; raises a given exception instead."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers
        self.asked: Counter[str] = Counter()

    def list(self, resource: Resource) -> Any:
        self.asked[resource.plural] += 1
        answer = self.answers.get(resource.plural, [])
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_every_kind_is_listed_once() -> None:
    client = Recorded(
        {
            "servers": [{"metadata": {"namespace": "t1", "name": "s"}}],
            "models": [{"metadata": {"namespace": "t2", "name": "m"}}],
        }
    )
    assert read(client).tenants == {"t1", "t2"}
    assert set(client.asked.values()) == {1}
    assert {
        "deployments",
        "roles",
        "rolebindings",
        "clusterroles",
        "clusterrolebindings",
        "namespaces",
        "seldonruntimes",
    } <= set(client.asked)


def test_given_namespaces_spare_the_seldon_lists() -> None:
    client = Recorded({})
    assert read(client, ["t1"]).tenants == {"t1"}
    assert sum(client.asked.values()) == 6


def test_kinds_that_are_not_served_have_no_objects() -> None:
    snapshot = read(Recorded({"servers": NotFound("no such kind")}))
    assert (snapshot.tenants, snapshot.refused) == (frozenset(), ())


def test_refused_kinds_are_unknown_and_named() -> None:
    snapshot = read(Recorded({"deployments": Forbidden("not you"), "servers": Forbidden("nor here")}))
    assert snapshot.deployments is None
    assert snapshot.refused == ("deployments could not be listed: not you", "servers could not be listed: nor here")
    assert operator_info(Recorded({"deployments": Forbidden("not you")}), None)["verdict"] == "unknown"


def test_other_errors_are_errors() -> None:
    with pytest.raises(Unreachable):
        read(Recorded({"roles": Unreachable("gone")}))


def test_bad_names_are_refused_before_the_first_request() -> None:
    client = Recorded({})
    with pytest.raises(Invalid, match="Fraud_Detection"):
        operator_info(client, ["Fraud_Detection"])
    assert not client.asked


def test_an_empty_list_asks_about_all() -> None:
    client = Recorded({"deployments": [dedicated("t1")], "servers": [{"metadata": {"namespace": "t2", "name": "s"}}]})
    assert [tenant["namespace"] for tenant in operator_info(client, [])["tenants"]] == ["t2"]


@pytest.mark.parametrize("release", ["2.9.1", "2.10.2"])
@pytest.mark.parametrize(("chart", "scope"), [("default", "namespaces"), ("clusterwide", "namespaces")])
def test_the_charts_own_objects_hold_what_is_needed(release: str, chart: str, scope: str) -> None:
    path = CHARTS / release / f"setup.{chart}.yaml"
    if not path.exists():
        pytest.skip("no rendered charts next to the checkout")
    answers: dict[str, list[Any]] = {
        "namespaces": [{"metadata": {"name": name}} for name in ("seldon-system", "platform-only")]
    }
    for obj in yaml.safe_load_all(path.read_text()):
        if obj:
            answers.setdefault(obj["kind"].lower() + "s", []).append(obj)
    for deployment in answers["deployments"]:
        deployment["status"] = {"readyReplicas": 1, "updatedReplicas": 1, "replicas": 1}
    found = operator_info(Recorded(answers), ["seldon-system"])
    (operator,) = found["operators"]
    assert (operator["version"], operator["lookup_namespace"], operator["scope"]) == (release, "seldon-system", scope)
    assert operator["watch_namespaces"] == (
        ["seldon-system"] if chart == "default" else ["platform-only", "seldon-system"]
    )
    assert (operator["rights"]["verdict"], operator["leader_elect"], found["verdict"]) == ("held", True, "ok")
    assert [conflict["kind"] for conflict in found["conflicts"]] == ([] if chart == "default" else ["excess_rights"])
