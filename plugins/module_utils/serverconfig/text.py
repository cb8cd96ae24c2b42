# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A resolution for people: the cause first, where was looked, what it probably meant, and the next step."""

from __future__ import annotations

from collections.abc import Iterator

from ..kube.shown import shown_name
from .actual import State
from .arrived import Arrived
from .code import Code
from .desired import shortened
from .policy import Policy
from .resolve import Agreement, Pending, Report, Resolution
from .shadow import Relation, Shadow
from .trace import Scope

_PENDING = {
    Pending.SWITCH: "its pods were made from another ServerConfig of this name; they restart when the operator takes this one",
    Pending.FALLBACK: "its pods were made from another ServerConfig, which is gone; they restart when the operator takes this one",
    Pending.CHANGE: "its pods do not have it yet; they restart when the operator applies the change",
    Pending.FROZEN: "its pods do not have it yet: disableAutoUpdate delays the change until anything else makes the operator look",
}


def as_text(report: Report) -> str:
    """All Servers, without a newline at the end."""
    lines = [line for resolution in report.resolutions for line in explain(resolution)]
    lines += [f"unknown: Servers of {namespace or 'the cluster'} could not be listed" for namespace in report.unread]
    return "\n".join(lines or ["no Server"])


def explain(resolution: Resolution) -> list[str]:
    """Lines about one Server; the first is the whole in short."""
    return [
        f"Server {shown_name(resolution.namespace)}/{shown_name(resolution.server)}: {headline(resolution)}",
        *(f"  {line}" for line in _details(resolution)),
    ]


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


def _details(resolution: Resolution) -> Iterator[str]:
    desired = resolution.desired
    if desired.error is not None:
        if desired.trace:
            yield "looked in " + "; in ".join(step.words() for step in desired.trace)
        for found in desired.suggestions:
            yield f'did you mean "{found.name}"? It exists in {found.namespace}.'
        yield from desired.hints
        if desired.next_step and not (desired.suggestions and desired.error is Code.NOT_FOUND):
            yield f"next: {desired.next_step}"
    for shadow in desired.shadowed:
        yield _hidden(shadow)
    yield from _operators(resolution)
    yield from _arrival(resolution)
    for finding in resolution.findings:
        yield f"{finding.severity.value}: {finding.path}: {finding.message}"
        if finding.next_step:
            yield f"  next: {finding.next_step}"


def _hidden(shadow: Shadow) -> str:
    if shadow.relation is Relation.UNKNOWN:
        return f"{shadow.namespace} ({shadow.scope.value}) could not be read: it may have one of this name, which would not count"
    if shadow.relation is Relation.EQUAL:
        return f"{shadow.namespace} ({shadow.scope.value}) has one of this name with the same content"
    return (
        f"{shadow.namespace} ({shadow.scope.value}) has another one of this name; differs in {shortened(shadow.paths)}"
    )


def _operators(resolution: Resolution) -> Iterator[str]:
    """What runs, where it is not what should be."""
    actual = resolution.actual
    if resolution.agreement is Agreement.AGREES and actual.error is None:
        return
    if actual.state is State.FOUND and actual.config is not None and resolution.agreement is not Agreement.AGREES:
        yield f"its operator uses ServerConfig {actual.config.title}"
    if actual.state is State.ABSENT:
        yield f"its operator finds none; condition {actual.condition} is False with reason: {actual.reason}"
    if actual.message:
        yield ("unknown: " if actual.state is State.UNKNOWN else "") + actual.message
    if actual.next_step:
        yield f"next: {actual.next_step}"


def _arrival(resolution: Resolution) -> Iterator[str]:
    arrival = resolution.arrival
    if arrival.state is not Arrived.NO or resolution.pending is None:
        return
    yield f"{_PENDING[resolution.pending]}; differs in {shortened(arrival.paths)}"
    if arrival.recreate:
        where = f"-n {resolution.namespace}"
        yield "volumeClaimTemplates cannot be changed: the operator keeps failing until the StatefulSet is made anew"
        yield f"next: kubectl delete statefulset {resolution.server} {where} --cascade=orphan (its claims stay as they are)"


def troubleshooting(resolution: Resolution, policy: Policy = Policy()) -> list[str]:
    """The two questions of "ServerConfig not found", answered: is it in the Server's namespace, and is the reference misspelt?"""
    desired, where = resolution.desired, f"-n {resolution.namespace}"
    if desired.config is not None and desired.error is None:
        if resolution.agreement is Agreement.AGREES:
            return [f"ServerConfig {desired.config.title} is found; nothing to do"]
        namespace = resolution.namespace
        asking = f"ansible localhost -m ml_platform.seldon.operator_info -a namespaces={namespace}"
        step = resolution.actual.next_step or f"see who works for {namespace}: {asking}"
        return [
            f"ServerConfig {desired.config.title} exists, but the operator does not use it: {resolution.actual.message}",
            f"next: {step}",
        ]
    lines = [f"Is it in the namespace of the Server? {_presence(resolution)}"]
    if desired.suggestions:
        name = desired.suggestions[0].name
        patch = f"""kubectl patch server {resolution.server} {where} --type=merge -p '{{"spec":{{"serverConfig":"{name}"}}}}'"""
        lines += [
            f'Is there a typo? "{name}" exists in {desired.suggestions[0].namespace}.',
            f"next: correct spec.serverConfig in the file of the Server, or: {patch}",
        ]
    else:
        lines += ["Is there a typo? No name that exists is like it.", f"next: {desired.next_step}"]
    platform = policy.platform_namespace
    more = f"; kubectl get serverconfigs -n {platform}" if platform and platform != resolution.namespace else ""
    return [*lines, f"all names: kubectl get serverconfigs {where}{more}"]


def _presence(resolution: Resolution) -> str:
    own = [step for step in resolution.desired.trace if step.namespace == resolution.namespace]
    if not own:
        return f"It was not looked for: {resolution.desired.message}."
    return f"{own[0].words()}."
