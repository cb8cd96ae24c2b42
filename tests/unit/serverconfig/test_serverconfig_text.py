# SPDX-License-Identifier: GPL-3.0-or-later
"""The text about a Server and its ServerConfig."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig.contract import contract
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig.resolve import resolve
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig.suggest import (
    score,
    typing_distance,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig.text import (
    explain,
    troubleshooting,
)

from tests.unit.serverconfig.builders import OWN, PLATFORM, config, server, snapshot


def test_a_typo() -> None:
    report = resolve(snapshot(config(), servers=[server("mlserver-confg")]))
    assert explain(report.resolutions[0])[:3] == [
        'Server team-a/mlserver: ServerConfig "mlserver-confg" does not exist',
        "  looked in team-a (own namespace): absent; in seldon-system (platform): absent",
        '  did you mean "mlserver-config"? It exists in team-a.',
    ]
    assert list(map(str, troubleshooting(report.resolutions[0]))) == [
        "Is it in the namespace of the Server? team-a (own namespace): absent.",
        'Is there a typo? "mlserver-config" exists in team-a.',
        "next: correct spec.serverConfig in the file of the Server, or: kubectl patch server mlserver -n team-a --type=merge "
        """-p '{"spec":{"serverConfig":"mlserver-config"}}'""",
        "all names: kubectl get serverconfigs -n team-a; kubectl get serverconfigs -n seldon-system",
    ]


def test_own_over_the_platforms() -> None:
    [found] = resolve(snapshot(config(), config(PLATFORM, image="x:1"))).resolutions
    assert explain(found) == [
        "Server team-a/mlserver: ServerConfig team-a/mlserver-config (own; hides the platform's)",
        "  seldon-system (platform) has another one of this name; differs in spec.podSpec.containers[mlserver].image",
    ]


def test_one_that_its_operator_cannot_see() -> None:
    [found] = resolve(snapshot(config(PLATFORM))).resolutions
    assert (
        "next: a run offers it in team-a: ansible-playbook -i inventory.yml playbooks/seldon-deploy.yml --limit team-a"
        in map(str, troubleshooting(found))
    )


@pytest.mark.parametrize(
    ("wanted", "name", "tier"),
    [
        ("MLServer", "mlserver", 0),
        ("m1server", "mlserver", 1),
        ("mlserver_config", "mlserver-config", 1),
        ("mlsevrer", "mlserver", 2),
        ("mlserver", "mlserver-config", 3),
        ("mlsrv", "mlserver", 4),
        ("triton", "mlserver", None),
    ],
)
def test_likeness(wanted: str, name: str, tier: int | None) -> None:
    found = score(wanted, name)
    assert (found and found[0]) == tier


def test_a_swap_is_one_typing_error() -> None:
    assert (typing_distance("ab", "ba", 1), typing_distance("abc", "", 1), typing_distance("abcd", "abef", 1)) == (
        1,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (lambda pod: pod["containers"].pop(0), ["no_container"]),
        (lambda pod: pod["containers"][2].update(name="triton"), ["memory_request"]),
        (lambda pod: pod["containers"][2].pop("resources"), ["memory_request"]),
        (lambda pod: pod["containers"][1]["ports"].pop(0), ["no_port"]),
        (lambda pod: pod["containers"][2].pop("ports"), ["no_port"]),
        (lambda pod: pod["containers"][2].pop("image"), ["no_image"]),
        (lambda pod: pod["volumes"].pop(0), ["no_volume", "no_volume"]),
        (lambda pod: pod.pop("serviceAccountName"), ["service_account"]),
        (lambda pod: pod["containers"].clear(), ["no_containers"]),
    ],
)
def test_the_contract(change: Any, codes: list[str]) -> None:
    broken = config(OWN)
    change(broken["spec"]["podSpec"])
    assert [finding.code for finding in contract(broken["spec"])] == codes
