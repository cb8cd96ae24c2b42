# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from lab.operator.release import release
from lab.operator.settings import settings, watched

VALUES = {"namespace": "a", "watch-namespaces": "", "clusterwide": False, "leader-elect": False}


@pytest.mark.parametrize(
    ("namespace", "listed", "clusterwide", "expected"),
    [
        ("a", "", False, ("a",)),
        ("a", "b,c", False, ("a",)),
        ("a", "", True, ("",)),
        ("a", "b, c", True, ("a", "b", "c")),
        ("a", "a", True, ("a",)),
        ("", "b", True, ("",)),
        ("", "", False, ("",)),
    ],
)
def test_watched(namespace: str, listed: str, clusterwide: bool, expected: tuple[str, ...]) -> None:
    assert watched(namespace, listed, clusterwide) == expected


def test_the_lookup_namespace_is_the_environment_s_alone() -> None:
    assert settings(VALUES, {"POD_NAMESPACE": "x"}, release("2.10.2")).lookup_namespace == "x"
    assert settings(VALUES, {"POD_NAMESPACE": ""}, release("2.10.2")).lookup_namespace == "seldon-mesh"
    assert settings(VALUES, {}, release("2.9.1")).lookup_namespace == "seldon-mesh"


def test_a_lookup_namespace_outside_the_watched_is_not_seen() -> None:
    chosen = settings(VALUES, {"POD_NAMESPACE": "x"}, release("2.10.2"))
    assert not chosen.sees("x")
    assert chosen.sees("a")


@pytest.mark.parametrize("tag", ["latest", "2.10", "", "2.10.x"])
def test_a_tag_must_be_a_version(tag: str) -> None:
    with pytest.raises(ValueError, match="LAB_IMAGE_TAG"):
        release(tag)


def test_releases_differ() -> None:
    old, hybrid, new = release("2.9.1"), release("2.10.0"), release("2.10.2")
    assert (old.server_condition, new.server_condition) == ("StatefulSetReady", "StatefulSetOrDeploymentReady")
    assert (old.workload_before_scheduler, hybrid.workload_before_scheduler, new.workload_before_scheduler) == (
        False,
        False,
        True,
    )
    assert new.unreachable("t").startswith("get connection: ")
    assert old.unreachable("t").startswith("rpc error: code = Unavailable desc = connection error")
    assert "seldon-scheduler.t" in old.unreachable("t")
