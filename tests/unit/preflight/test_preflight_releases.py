# SPDX-License-Identifier: GPL-3.0-or-later
"""Helm's records compared with the wanted releases."""

from __future__ import annotations

import base64
import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.preflight.release_number import parse_release
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.preflight.releases import (
    INTERRUPTION,
    Release,
    State,
    decode,
    is_downgrade,
    judge_release,
)
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
NAME = "seldon-core-v2-setup"
VALUES = {"controller": {"clusterwide": False}}


def payload(version: str = "2.10.2", values: Any = VALUES, chart: str = NAME) -> str:
    content = {"chart": {"metadata": {"name": chart, "version": version}}, "config": values}
    packed = gzip.compress(json.dumps(content).encode())
    return base64.b64encode(base64.b64encode(packed)).decode()


def record(
    revision: int, status: str = "deployed", *, age: float = 3600, release: str = NAME, data: str | None = None
) -> dict[str, Any]:
    labels = {"name": release, "owner": "helm", "status": status, "version": str(revision)}
    created = (NOW - timedelta(seconds=age)).strftime("%Y-%m-%dT%H:%M:%SZ")
    metadata = {
        "name": f"sh.helm.release.v1.{release}.v{revision}",
        "uid": str(revision),
        "creationTimestamp": created,
        "labels": labels,
    }
    return {"metadata": metadata, "data": {"release": payload() if data is None else data}}


def judge(*secrets: dict[str, Any], version: str = "2.10.2", values: Any = VALUES) -> Release:
    return judge_release(NAME, secrets, version, values, NOW)


def test_no_record_is_absent() -> None:
    assert judge().state is State.ABSENT
    assert judge(record(1, release="other")).state is State.ABSENT
    assert judge(record(1, "uninstalled")).state is State.ABSENT


def test_deployed_as_wanted_is_current() -> None:
    release = judge(record(1, "superseded"), record(2))
    assert (release.state, release.version, release.leftovers) == (State.CURRENT, "2.10.2", ())


@pytest.mark.parametrize(
    "data",
    [
        payload("2.9.1"),
        payload(values={"controller": {"clusterwide": True}}),
        payload(values=None),
        payload(chart="x"),
        "!!",
        "",
    ],
)
def test_anything_else_is_outdated(data: str) -> None:
    assert judge(record(1, data=data)).state is State.OUTDATED


def test_no_values_are_stored_as_null() -> None:
    assert judge(record(1, data=payload(values=None)), values={}).state is State.CURRENT


@pytest.mark.parametrize("status", ["pending-install", "pending-upgrade", "pending-rollback", "uninstalling"])
def test_an_unfinished_record_is_a_helm_at_work_until_it_is_old(status: str) -> None:
    assert judge(record(1, status, age=INTERRUPTION - 1)).state is State.UNFINISHED
    old = judge(record(1, status, age=INTERRUPTION + 1))
    assert old.state is State.BROKEN
    assert [leftover.uid for leftover in old.leftovers] == ["1"]


def test_the_time_of_the_last_change_counts() -> None:
    secret = record(1, "uninstalling", age=86400)
    secret["metadata"]["labels"]["modifiedAt"] = str(int(NOW.timestamp()) - 5)
    assert judge(secret).state is State.UNFINISHED


def test_every_failed_revision_above_the_deployed_one_is_left_over() -> None:
    release = judge(record(4, "failed"), record(2), record(3, "failed"))
    assert release.state is State.BROKEN
    assert [leftover.revision for leftover in release.leftovers] == [3, 4]
    assert release.redeploy, "without them the release looks as wanted, but the failed ones may have changed objects"


def test_a_failed_upgrade_to_something_else_needs_no_force() -> None:
    release = judge(record(1, data=payload("2.9.1")), record(2, "failed"))
    assert (release.version, release.redeploy) == ("2.9.1", False)


def test_a_downgrade_is_told_by_the_deployed_chart() -> None:
    newer = judge(record(1))
    assert is_downgrade(newer, "2.9.1")
    assert not is_downgrade(newer, "2.10.2")
    assert not is_downgrade(judge(record(1, data=payload("2.9.1"))), "2.10.2")
    assert not is_downgrade(judge(), "2.9.1")


@given(st.text(max_size=40))
def test_a_foreign_payload_is_no_content_and_no_crash(text: str) -> None:
    assert decode(text) is None


@given(st.binary(max_size=40))
def test_a_payload_that_is_only_packed_right_is_no_content(data: bytes) -> None:
    assert decode(base64.b64encode(base64.b64encode(data)).decode()) is None


@pytest.mark.parametrize(
    ("text", "release"),
    [
        ("2.10.2", (2, 10, 2)),
        ("v3.22.0+g1a2", (3, 22, 0)),
        ("v1.30.4-eks-x", (1, 30, 4)),
        ("v1.27", None),
        ("", None),
        ("2.10.2x", None),
    ],
)
def test_release_numbers(text: str, release: tuple[int, int, int] | None) -> None:
    assert parse_release(text) == release
