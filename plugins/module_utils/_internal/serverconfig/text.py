# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A resolution for people: the cause first, where was looked, what it probably meant, and the next step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..diagnosis.quoting import shown_name
from ..seldon.arrived import Arrived
from ..seldon.differences import shortened
from .actual import State
from .code import Code
from .policy import Policy
from .resolve import Agreement, Pending, Resolution
from .shadow import Relation, Shadow
from .trace import Scope

_PENDING = {
    Pending.SWITCH: "its pods were made from another ServerConfig of this name; they restart when the operator takes this one",
    Pending.FALLBACK: "its pods were made from another ServerConfig, which is gone; they restart when the operator takes this one",
    Pending.CHANGE: "its pods do not have it yet; they restart when the operator applies the change",
    Pending.FROZEN: "its pods do not have it yet: disableAutoUpdate delays the change until anything else makes the operator look",
}


@dataclass(frozen=True)
class ExplanationLine:
    """One line about a Server. ``is_step``: it says what to do. ``indented``: it belongs to the line before it."""

    text: str
    is_step: bool = False
    indented: bool = False

    def __str__(self) -> str:
        return f"next: {self.text}" if self.is_step else self.text


def explain(resolution: Resolution) -> list[str]:
    """Lines about one Server; the first is the whole in short."""
    return [
        f"{title(resolution)}: {headline(resolution)}",
        *(f"{'    ' if line.indented else '  '}{line}" for line in details(resolution)),
    ]


def title(resolution: Resolution) -> str:
    """``Server fraud-detection/mlserver``."""
    return f"Server {shown_name(resolution.namespace)}/{shown_name(resolution.server)}"


def headline(resolution: Resolution) -> str:
    """``ServerConfig fraud-detection/mlserver-config (own; hides the platform's)``, or the one cause."""
    desired = resolution.desired
    if desired.error is not None or desired.config is None:
        return desired.message
    words = {
        Scope.OWN: "own",
        Scope.OFFERED: "platform, offered as a copy",
        Scope.SHARED: "shared",
        Scope.PLATFORM: "platform",
    }
    place = words[desired.scope or Scope.OWN]
    hidden = [found.scope for found in desired.shadowed if found.relation is not Relation.UNKNOWN]
    if Scope.PLATFORM in hidden:
        place += "; hides the platform's"
    elif hidden:
        place += "; hides a shared one"
    return f"ServerConfig {desired.config.title} ({place})"


def details(resolution: Resolution) -> list[ExplanationLine]:
    """The lines below the headline."""
    return [*_search(resolution), *_operators(resolution), *_arrival(resolution), *_findings(resolution)]


def _search(resolution: Resolution) -> Iterator[ExplanationLine]:
    """Where the ServerConfig was looked for, and which others have its name."""
    desired = resolution.desired
    if desired.error is not None:
        if desired.trace:
            yield ExplanationLine("looked in " + "; in ".join(step.words() for step in desired.trace))
        for found in desired.suggestions:
            yield ExplanationLine(f'did you mean "{found.name}"? It exists in {found.namespace}.')
        yield from map(ExplanationLine, desired.hints)
        if desired.next_step and not (desired.suggestions and desired.error is Code.NOT_FOUND):
            yield ExplanationLine(desired.next_step, is_step=True)
    for shadow in desired.shadowed:
        yield ExplanationLine(_hidden(shadow))


def _findings(resolution: Resolution) -> Iterator[ExplanationLine]:
    for diagnostic in resolution.findings:
        yield ExplanationLine(f"{diagnostic.severity.value}: {diagnostic.field}: {diagnostic.message}")
        for step in diagnostic.next_steps:
            yield ExplanationLine(str(step), is_step=True, indented=True)


def _hidden(shadow: Shadow) -> str:
    if shadow.relation is Relation.UNKNOWN:
        return f"{shadow.namespace} ({shadow.scope.value}) could not be read: it may have one of this name, which would not be used"
    if shadow.relation is Relation.EQUAL:
        return f"{shadow.namespace} ({shadow.scope.value}) has one of this name with the same content"
    return (
        f"{shadow.namespace} ({shadow.scope.value}) has another one of this name; differs in {shortened(shadow.paths)}"
    )


def _operators(resolution: Resolution) -> Iterator[ExplanationLine]:
    """The ServerConfig that the running operators use, if it is not the expected one."""
    actual = resolution.actual
    if resolution.agreement is Agreement.AGREES and actual.error is None:
        return
    if actual.state is State.FOUND and actual.config is not None and resolution.agreement is not Agreement.AGREES:
        yield ExplanationLine(f"its operator uses ServerConfig {actual.config.title}")
    if actual.state is State.ABSENT:
        yield ExplanationLine(
            f"its operator finds none; condition {actual.condition} is False with reason: {actual.reason}"
        )
    if actual.message:
        yield ExplanationLine(("unknown: " if actual.state is State.UNKNOWN else "") + actual.message)
    if actual.next_step:
        yield ExplanationLine(actual.next_step, is_step=True)


def _arrival(resolution: Resolution) -> Iterator[ExplanationLine]:
    arrival = resolution.arrival
    if arrival.state is not Arrived.NO or resolution.pending is None:
        return
    yield ExplanationLine(f"{_PENDING[resolution.pending]}; differs in {shortened(arrival.paths)}")
    if arrival.recreate:
        where = f"-n {resolution.namespace}"
        yield ExplanationLine(
            "volumeClaimTemplates cannot be changed: the operator keeps failing until the StatefulSet is recreated"
        )
        command = f"kubectl delete statefulset {resolution.server} {where} --cascade=orphan"
        yield ExplanationLine(f"{command} (its claims stay as they are)", is_step=True)


def troubleshooting(resolution: Resolution, policy: Policy = Policy()) -> list[ExplanationLine]:
    """The two questions of "ServerConfig not found", answered: is it in the Server's namespace, and is the reference
    misspelt?
    """
    desired, where = resolution.desired, f"-n {resolution.namespace}"
    if desired.config is not None and desired.error is None:
        if resolution.agreement is Agreement.AGREES:
            return [ExplanationLine(f"ServerConfig {desired.config.title} is found; nothing to do")]
        namespace = resolution.namespace
        asking = f"ansible localhost -m ml_platform.seldon.operator_info -a namespaces={namespace}"
        step = resolution.actual.next_step or f"list the operators of {namespace}: {asking}"
        return [
            ExplanationLine(
                f"ServerConfig {desired.config.title} exists, but the operator does not use it: {resolution.actual.message}"
            ),
            ExplanationLine(step, is_step=True),
        ]
    lines = [ExplanationLine(f"Is it in the namespace of the Server? {_presence(resolution)}")]
    if desired.suggestions:
        name = desired.suggestions[0].name
        patch = f"""kubectl patch server {resolution.server} {where} --type=merge -p '{{"spec":{{"serverConfig":"{name}"}}}}'"""
        lines += [
            ExplanationLine(f'Is there a typo? "{name}" exists in {desired.suggestions[0].namespace}.'),
            ExplanationLine(f"correct spec.serverConfig in the file of the Server, or: {patch}", is_step=True),
        ]
    else:
        lines += [
            ExplanationLine("Is there a typo? No existing name is similar."),
            ExplanationLine(desired.next_step, is_step=True),
        ]
    platform = policy.platform_namespace
    more = f"; kubectl get serverconfigs -n {platform}" if platform and platform != resolution.namespace else ""
    return [*lines, ExplanationLine(f"all names: kubectl get serverconfigs {where}{more}")]


def _presence(resolution: Resolution) -> str:
    own = [step for step in resolution.desired.trace if step.namespace == resolution.namespace]
    if not own:
        return f"It was not looked for: {resolution.desired.message}."
    return f"{own[0].words()}."
