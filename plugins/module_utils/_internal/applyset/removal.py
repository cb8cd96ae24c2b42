# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Decides what happens to an object that a set no longer wants."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from ..kube.resource import Resource
from ..kube.resources import CUSTOM_RESOURCE_DEFINITION, NAMESPACE, NETWORK_POLICY, SERVICE_ACCOUNT
from ..kube.types import KubeObject
from ..ownership.managed_fields import is_ours, ownerships
from ..ownership.owners import foreign_managers
from .inventory import PART_OF_LABEL, Member
from .objects import ObjectKey
from .step import Action, Step, first_few, set_of


def removal(
    member: Member, live: KubeObject, manager: str, set_id: str, prune: bool, yielding: Collection[Resource]
) -> Step:
    """The step for an object that is no longer wanted: it is removed, handed over, or kept."""
    foreign = foreign_managers(live, manager)
    changed = "some of its fields belong to " + ", ".join(f'"{name}"' for name in foreign) if foreign else ""
    action, reason = Action.KEEP, _why_not_ours(member, live, manager, set_id) if prune else "prune is off"
    if (
        prune
        and foreign
        and member.resource in yielding
        and not is_another(member, live)
        and set_of(live) in ("", set_id)
    ):
        # The change may have dropped our label or all of our fields, and so may an earlier run that was killed.
        action, reason = Action.HAND_OVER, changed
    elif not reason:
        action, reason = (Action.KEEP, changed) if foreign else (Action.REMOVE, "")
    return Step(action, member.resource, member.key, None, live, reason=reason)


def _why_not_ours(member: Member, live: KubeObject, manager: str, set_id: str) -> str:
    """Why the object is not certainly the one that this set applied; empty where it is."""
    if is_another(member, live):
        return "another client has created an object of the same name since"
    if set_of(live) != set_id:
        return f"its label {PART_OF_LABEL} no longer names this set"
    if not any(is_ours(entry, manager) for entry in ownerships(live)):
        return f'"{manager}" no longer owns any field of it'
    return ""


def is_another(member: Member, live: KubeObject) -> bool:
    """Whether the member's object is gone and another object has its name."""
    return bool(member.uid) and live["metadata"].get("uid") != member.uid


def spare_containers(removals: Sequence[Step], *, whole_set: bool) -> list[Step]:
    """The steps, with namespaces and definitions kept where their removal would delete other objects.

    Deleting a namespace or a definition deletes everything in it, also the objects of others. So both are removed only
    with the whole set, and not while an object in them is kept. The ServiceAccount that Kubernetes puts into every
    namespace does not count: it belongs to the namespace, also with changes of others.
    """
    spared = []
    for step in removals:
        reason = ""
        if step.action is Action.REMOVE and step.resource in (NAMESPACE, CUSTOM_RESOURCE_DEFINITION):
            inside = [
                kept.key
                for kept in removals
                if kept.action is not Action.REMOVE and _contains(step, kept.key) and not _is_of_every_namespace(kept)
            ]
            if inside:
                reason = f"{first_few([str(key) for key in inside])} in it is kept"
            elif not whole_set:
                reason = "objects of others in it would be deleted too. Delete it by hand, or remove the whole set (state: absent)"
        spared.append(replace(step, action=Action.KEEP, reason=reason) if reason else step)
    return spared


def _is_of_every_namespace(step: Step) -> bool:
    return step.resource == SERVICE_ACCOUNT and step.key.name == "default"


def with_their_namespace(removals: Sequence[Step]) -> list[Step]:
    """Network policies whose namespace is removed as well. The namespace controller deletes them, after the pods.

    Kubernetes deletes pods first from 1.34 on (KEP-5080).
    """
    removed = [step for step in removals if step.action is Action.REMOVE]
    ending = {step.key.name for step in removed if step.resource == NAMESPACE}
    return [step for step in removed if step.resource == NETWORK_POLICY and step.key.namespace in ending]


def _contains(container: Step, key: ObjectKey) -> bool:
    if container.resource == NAMESPACE:
        return key.namespace == container.key.name
    spec = (container.live or {}).get("spec") or {}
    return (key.group, key.kind) == (spec.get("group"), (spec.get("names") or {}).get("kind"))
