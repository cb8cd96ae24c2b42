# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""To which ServerConfig the pattern wants a Server to come: its own namespace's first, then shared ones, then the
platform's.

Only a proven absence leads on: neither a refused read nor a ServerConfig that is deleted or disabled makes the next one
count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..diagnosis.diagnostic import Diagnostic, Severity
from ..kube.objects import mapping, mappings, spec_of
from ..kube.terminating import until_gone
from ..kube.types import KubeObject
from .annotations import DISABLED, old_annotations
from .code import Code
from .config import Config
from .finding import finding
from .index import Index
from .policy import Fallback
from .reference import reference_fault
from .shadow import Relation, Shadow
from .snapshot import Cause, Refusal
from .suggest import Suggestion, suggest
from .trace import Outcome, Scope, Step

FIELD = "spec.serverConfig"


@dataclass(frozen=True)
class Desired:
    """``config`` and ``scope`` are there unless there is an ``error``; with CONFIG_INVALID and FALLBACK_DENIED they are
    there as well.

    ``message`` is the one cause of the error and ``next_step`` what to do about it. ``hints``: objects of other kinds
    with that name.
    """

    reference: str
    error: Code | None = None
    message: str = ""
    next_step: str = ""
    config: Config | None = None
    scope: Scope | None = None
    trace: tuple[Step, ...] = ()
    shadowed: tuple[Shadow, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    hints: tuple[str, ...] = ()
    findings: tuple[Diagnostic, ...] = ()


def desire(server: KubeObject, namespace: str, index: Index) -> Desired:
    """One Server. ``namespace`` is its own."""
    wanted = spec_of(server).get("serverConfig")
    reference = wanted if isinstance(wanted, str) else ""
    fault = reference_fault(wanted)
    if fault is not None:
        code, message, step = fault
        return Desired(
            reference, code, message, step, suggestions=suggest(reference, index.candidates(namespace), namespace)
        )
    fault = _namespace_fault(namespace, index)
    if fault is not None:
        return Desired(reference, *fault)
    return _Search(
        reference, namespace, index, bool(mappings(mapping(spec_of(server).get("podSpec")).get("containers")))
    ).result()


def _namespace_fault(namespace: str, index: Index) -> tuple[Code, str, str] | None:
    if len(index.platforms) > 1:
        named = ", ".join(index.platforms)
        message = f"operators run in several namespaces ({named}), so that the platform's cannot be told"
        return Code.AMBIGUOUS_OPERATOR, message, "name the platform namespace"
    if index.policy.planned and not index.terminating(namespace):
        return None
    if not index.exists(namespace):
        return Code.NAMESPACE, f"namespace {namespace} does not exist", "create it, by a run for this tenant"
    if index.terminating(namespace):
        return (
            Code.NAMESPACE_TERMINATING,
            f"namespace {namespace} is being deleted",
            until_gone(namespace),
        )
    return None


@dataclass
class _Search:
    """The walk along the path, for one Server. ``brings_containers``: its own podSpec has some, so that the
    ServerConfig may have none.
    """

    reference: str
    namespace: str
    index: Index
    brings_containers: bool
    trace: list[Step] = field(default_factory=list)
    findings: list[Diagnostic] = field(default_factory=list)
    shadowed: list[Shadow] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    winner: Config | None = None
    scope: Scope | None = None

    def result(self) -> Desired:
        for namespace, scope in self.index.path(self.namespace):
            refusal = self.index.snapshot.server_configs.refusal_of(namespace, self.reference)
            config = None if refusal else self.index.configs.get((namespace, self.reference))
            if self.winner is not None:
                self._hidden(namespace, scope, refusal, config)
                continue
            stop = self._refused(namespace, scope, refusal) if refusal else self._look(namespace, scope, config)
            if stop is not None:
                return self._failed(*stop)
        return self._end()

    def _refused(self, namespace: str, scope: Scope, refusal: Refusal) -> tuple[Code, str, str] | None:
        words = f": {refusal.words}" if refusal.words else ""
        self.trace.append(Step(namespace, scope, Outcome.UNKNOWN, refusal.words or refusal.cause.value))
        if refusal.cause is Cause.NOT_SERVED:
            return Code.CRD_MISSING, "the cluster does not know the kind ServerConfig", "install the platform first"
        if refusal.cause is Cause.FAILED:
            return Code.API, f"ServerConfigs of {namespace} could not be read{words}", "run again when the API answers"
        if scope is Scope.OWN:
            return (
                Code.DENIED,
                f"ServerConfigs of {namespace} may not be read{words}",
                "grant get and list on serverconfigs there, or use other credentials",
            )
        self.unknown.append(namespace)
        return None

    def _look(self, namespace: str, scope: Scope, config: Config | None) -> tuple[Code, str, str] | None:
        policy = self.index.policy
        original = self._original(config, scope)
        if config is not None and original is not None:
            if config.content != original.content and config.content != original.restricted_content:
                message = f"{config.title} was applied by {policy.field_manager}: the team's, or a copy of what {original.namespace} had before"
                self.findings.append(
                    finding("perhaps_stale", Severity.INFO, FIELD, message, "a run for this tenant renews copies")
                )
            elif policy.planned:
                self.trace.append(
                    Step(namespace, scope, Outcome.ABSENT, "the copy there is the platform's, and renewed by the run")
                )
                return None
            else:
                scope = Scope.OFFERED
        if config is None:
            self._absent(namespace, scope)
            return None
        if config.deleting:
            self.trace.append(Step(namespace, scope, Outcome.DELETING))
            message = f'ServerConfig "{self.reference}" in {namespace} is being deleted; another one does not take its place meanwhile'
            return Code.DELETING, message, "create it again once it is gone, or name another one"
        if config.disabled:
            self.trace.append(Step(namespace, scope, Outcome.DISABLED))
            message = f'ServerConfig "{self.reference}" in {namespace} is disabled; another one does not take its place'
            return Code.DISABLED, message, f"remove its annotation {_disabled(config)}, or name another one"
        allowed = self.index.is_exported(config, self.namespace, scope)
        if allowed is None:
            self.trace.append(
                Step(namespace, scope, Outcome.UNKNOWN, "namespaces could not be read, whose labels decide")
            )
            self.unknown.append(namespace)
        elif not allowed:
            self.trace.append(Step(namespace, scope, Outcome.NOT_EXPORTED))
        else:
            self.trace.append(Step(namespace, scope, Outcome.FOUND))
            self.winner, self.scope = config, scope
            self.findings += _old_names(config)
        return None

    def _original(self, config: Config | None, scope: Scope) -> Config | None:
        """The platform's of that name, of which ours may be a copy. ServerConfigs that a run applies from the team's
        files carry the same marks as a copy.
        """
        if config is None or scope is not Scope.OWN or not config.is_copy(self.index.policy.field_manager):
            return None
        for namespace, other in self.index.path(self.namespace):
            if (
                other is Scope.PLATFORM
                and self.index.snapshot.server_configs.refusal_of(namespace, self.reference) is None
            ):
                found = self.index.configs.get((namespace, self.reference))
                return found if found is not None and self.index.is_exported(found, self.namespace, other) else None
        return None

    def _absent(self, namespace: str, scope: Scope) -> None:
        if scope is Scope.OWN or self.index.exists(namespace):
            self.trace.append(Step(namespace, scope, Outcome.ABSENT))
            return
        self.trace.append(Step(namespace, scope, Outcome.NO_NAMESPACE))
        self.findings.append(
            finding(
                "no_namespace",
                Severity.WARNING,
                FIELD,
                f"namespace {namespace} ({scope.value}) does not exist",
                "correct the search path",
            )
        )

    def _hidden(self, namespace: str, scope: Scope, refusal: Refusal | None, config: Config | None) -> None:
        """Behind the winner nothing changes the result; it is only compared."""
        if self.winner is None:
            raise AssertionError(f"{scope.value} is not behind a winner")
        if refusal is not None:
            self.trace.append(Step(namespace, scope, Outcome.UNKNOWN, refusal.words or refusal.cause.value))
            self.shadowed.append(Shadow(namespace, scope, Relation.UNKNOWN, severity=Severity.UNKNOWN))
        elif config is None:
            self.trace.append(
                Step(namespace, scope, Outcome.ABSENT if self.index.exists(namespace) else Outcome.NO_NAMESPACE)
            )
        elif not self.index.is_exported(config, self.namespace, scope):
            self.trace.append(Step(namespace, scope, Outcome.NOT_EXPORTED))
        else:
            self.trace.append(Step(namespace, scope, Outcome.FOUND))
            self.shadowed.append(self.index.shadow(self.winner, config, scope))

    def _end(self) -> Desired:
        if self.unknown and (self.winner is None or self.index.policy.strict):
            places = ", ".join(self.unknown)
            message = (
                f'whether {places} holds a ServerConfig "{self.reference}" could not be read, and it would come first'
            )
            if self.winner is None:
                message = f'whether {places} holds a ServerConfig "{self.reference}" could not be read'
            step = "grant get and list on serverconfigs there, or use other credentials"
            return self._failed(
                Code.UNCERTAIN,
                message,
                step if self.index.snapshot.live else "ask the cluster, or add the files of that namespace",
            )
        if self.unknown:
            self.findings.append(
                finding(
                    "uncertain",
                    Severity.WARNING,
                    FIELD,
                    f"{', '.join(self.unknown)} could not be read: one that comes first may be there",
                )
            )
        if self.winner is None:
            step = f"create it in {self.namespace}, or name one that exists"
            found = suggest(self.reference, self.index.candidates(self.namespace), self.namespace)
            return self._done(
                Code.NOT_FOUND,
                f'ServerConfig "{self.reference}" does not exist',
                f'name "{found[0].name}"' if found else step,
                found,
                self._hints(),
            )
        if self.scope is Scope.OFFERED:
            self.shadowed = [found for found in self.shadowed if found.scope is not Scope.PLATFORM]
        if self.scope is not Scope.OWN and self.index.policy.fallback is Fallback.DENY:
            message = f'ServerConfig "{self.reference}" is not {self.namespace}\'s own, and those of other namespaces are not allowed'
            return self._done(
                Code.FALLBACK_DENIED,
                message,
                f"copy it: kubectl get serverconfig {self.reference} -n {self.winner.namespace} -o yaml",
            )
        if self.scope in (Scope.SHARED, Scope.PLATFORM) and self.index.policy.fallback is Fallback.WARN:
            message = (
                f"{self.namespace} has no ServerConfig of this name, so the one of {self.winner.namespace} is used"
            )
            self.findings.append(finding("fallback", Severity.INFO, FIELD, message))
        if not self.brings_containers and not self.winner.offer.has_containers:
            message = f"ServerConfig {self.winner.title} has no containers; another one does not take its place"
            return self._done(Code.CONFIG_INVALID, message, "start from the platform's ServerConfig")
        return self._done(None, "", "")

    def _hints(self) -> tuple[str, ...]:
        """Objects of other kinds with that name, in the own namespace."""
        named = self.index.snapshot.other_names
        key = (self.namespace, self.reference)
        return tuple(f"{self.namespace} has a {kind} of this name" for kind in sorted(named) if key in named[kind])

    def _failed(self, code: Code, message: str, step: str) -> Desired:
        self.winner = self.scope = None
        self.shadowed = []
        return self._done(code, message, step)

    def _done(
        self,
        code: Code | None,
        message: str,
        step: str,
        suggestions: Sequence[Suggestion] = (),
        hints: tuple[str, ...] = (),
    ) -> Desired:
        return Desired(
            self.reference,
            code,
            message,
            step,
            self.winner,
            self.scope,
            tuple(self.trace),
            tuple(self.shadowed),
            tuple(suggestions),
            hints,
            tuple(self.findings),
        )


def _disabled(config: Config) -> str:
    """The key of the annotation as it is written."""
    return next(
        (key for key, current in old_annotations(config.metadata.get("annotations")) if current == DISABLED), DISABLED
    )


def _old_names(config: Config) -> list[Diagnostic]:
    return [
        finding(
            "old_annotation",
            Severity.WARNING,
            FIELD,
            f"{config.title} has the annotation {key}, which is an old name",
            f"rename it to {current}",
        )
        for key, current in old_annotations(config.metadata.get("annotations"))
    ]
