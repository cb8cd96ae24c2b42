# SPDX-License-Identifier: GPL-3.0-or-later
"""Random tenants: the same on every machine and in every run."""

from __future__ import annotations

from collections.abc import Iterator

from .dice import Dice
from .draft import Draft
from .platform import RELEASES, platform
from .random_faults import FAULTS
from .random_live import add_live
from .random_options import random_options
from .random_platform import vary_platform
from .random_seldon import random_seldon
from .random_workloads import random_left, random_workloads
from .world import World

SEED = "golden/1"
COUNT = 80
_FAULTY = (1, 3)
"""These of every five tenants have a fault, so that every fault occurs once."""


def random_worlds() -> Iterator[World]:
    """All random worlds."""
    return (random_world(number) for number in range(COUNT))


def name_of(number: int) -> str:
    """random-NUMBER."""
    return f"random-{number:02}"


def random_world(number: int) -> World:
    """Each world has its own dice, so a change of one does not change others."""
    dice = Dice(f"{SEED}/{number}")
    objects = platform(dice.choose(*RELEASES))
    tenant = f"team-{number:02}"
    configs = {obj["metadata"]["name"]: obj for obj in objects if obj["kind"] == "ServerConfig"}
    apps = dice.choose("k8s/apps.yaml", "k8s/apps.json")
    team = {
        "k8s/seldon.yaml": random_seldon(dice, configs),
        apps: random_workloads(dice),
        "k8s/left.yaml": random_left(dice),
    }
    draft = Draft(name_of(number), random_options(dice, tenant), team, objects, [])
    vary_platform(dice, draft)
    if dice.often(0.7):
        add_live(dice, draft)
    _vary_params(dice, draft)
    if number % 5 in _FAULTY:
        FAULTS[number // 5 * len(_FAULTY) + _FAULTY.index(number % 5)](draft)
    return draft.world()


def _vary_params(dice: Dice, draft: Draft) -> None:
    draft.tenant_params |= dice.some(
        0.2,
        extra_kinds=lambda: ["VirtualService.networking.istio.io"],
        take_over=lambda: True,
        checks=lambda: "warn",
        wait=lambda: False,
    )
    draft.serverconfig_params |= dice.some(
        0.3,
        planned=lambda: True,
        platform_namespace=lambda: "seldon-system",
        shared_namespaces=lambda: ["shared"],
        admin=lambda: True,
        fallback=lambda: dice.choose("allow", "deny"),
        fail_on=lambda: dice.choose("unresolved", "difference"),
    )
    if draft.team["k8s/seldon.yaml"] and dice.often(0.15):
        draft.serverconfig_params["cluster"] = False
    draft.quota_params |= dice.some(
        0.3, head_start=lambda: 50, fail_on=lambda: dice.choose("exceeds", "unknown", "max")
    )
