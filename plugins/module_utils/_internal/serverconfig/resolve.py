# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""For each Server: the ServerConfig that the pattern demands, the one that the running operators use, and what comes of
it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

from ..diagnosis.diagnostic import Diagnostic, Severity
from ..diagnosis.subject import Subject
from ..kube.objects import mapping, spec_of
from ..kube.types import KubeObject
from ..seldon.arrived import Arrival, Arrived, arrived, has_arrived
from ..seldon.effective import Effective
from .actual import Actual, State, actually
from .code import UNPROVEN, Code
from .config import Config
from .contract import check_pod
from .desired import FIELD, Desired, desire
from .duplicates import duplicates
from .finding import finding
from .index import Index
from .ineffective import ineffective
from .missing import missing, missing_scheduler
from .needs import Need, needs
from .policy import Policy
from .server_names import name_findings
from .snapshot import Snapshot
from .trace import Scope


class Verdict(str, Enum):
    """UNKNOWN: something could not be read that may be wrong; it is never OK."""

    OK = "ok"
    ERROR = "error"
    UNKNOWN = "unknown"


class Agreement(str, Enum):
    """Whether the operators use what the pattern demands: the same object, or one with the same content."""

    AGREES = "agrees"
    DIFFERS = "differs"
    UNKNOWN = "unknown"


class Pending(str, Enum):
    """The change that a live StatefulSet without the effective template is waiting for.

    SWITCH: the Server resolves to a ServerConfig that the StatefulSet was not made from. FALLBACK: likewise, and that
    ServerConfig is in another namespace. CHANGE: Server or ServerConfig have changed. FROZEN: likewise, and the Server has
    disableAutoUpdate.
    """

    SWITCH = "switch"
    FALLBACK = "fallback"
    CHANGE = "change"
    FROZEN = "frozen"


@dataclass(frozen=True)
class Resolution:
    """One Server. ``effective`` is made from the ServerConfig that the operators use, else from the one that they
    should; None without one.

    ``pending`` is set if ``arrival`` is NO. ``judge`` makes the findings.
    """

    namespace: str
    server: str
    desired: Desired
    actual: Actual
    agreement: Agreement
    effective: Effective | None
    arrival: Arrival
    pending: Pending | None
    needs: tuple[Need, ...]
    judge: Callable[[], list[Diagnostic]] = field(compare=False, repr=False)
    frozen: bool

    @cached_property
    def findings(self) -> tuple[Diagnostic, ...]:
        """About the reference, name, overrides, contract and needs, in this order. Made when first asked for."""
        subject = Subject("Server", self.server, self.namespace)
        return tuple(found.about(subject) for found in self.judge())

    @property
    def error(self) -> Code | None:
        """The first cause: what is wrong with the reference, else with the operators."""
        return self.desired.error or self.actual.error

    @property
    def verdict(self) -> Verdict:
        """The whole in one word."""
        severities = {finding.severity for finding in self.findings}
        if (
            (self.error is not None and self.error not in UNPROVEN)
            or self.agreement is Agreement.DIFFERS
            or Severity.ERROR in severities
        ):
            return Verdict.ERROR
        if self.error is not None or self.agreement is Agreement.UNKNOWN or Severity.UNKNOWN in severities:
            return Verdict.UNKNOWN
        return Verdict.OK


@dataclass(frozen=True)
class Report:
    """By namespace and name of the Servers. ``unread``: where Servers could not be listed; ``""`` stands for
    everywhere.
    """

    resolutions: tuple[Resolution, ...]
    unread: tuple[str, ...]


def resolve(snapshot: Snapshot, policy: Policy = Policy(), only: Iterable[str] | None = None) -> Report:
    """Every Server of the snapshot, or those of the namespaces ``only``. The same for the same content, whatever the
    order of the lists.
    """
    index = Index(snapshot, policy)
    wanted = None if only is None else frozenset(only)
    found = [
        _resolve(server, namespace, name, index)
        for (namespace, name), server in index.servers.items()
        if wanted is None or namespace in wanted
    ]
    refused = (
        sorted(snapshot.servers.refused_in) if wanted is None else sorted(wanted & snapshot.servers.refused_in.keys())
    )
    return Report(tuple(found), ("",) if snapshot.servers.refused else tuple(refused))


def _resolve(server: KubeObject, namespace: str, name: str, index: Index) -> Resolution:
    desired = desire(server, namespace, index)
    actual = actually(server, namespace, desired, index)
    config = actual.config or desired.config
    frozen = spec_of(server).get("disableAutoUpdate") is True
    release = actual.operator.version if actual.operator else index.policy.release
    is_offered = index.policy.planned and desired.scope is Scope.PLATFORM
    made = (config.effective_of_copy if is_offered else config.effective)(server, release) if config else None
    arrival = _arrival(made, config, namespace, name, index)
    wanted: tuple[Need, ...] = ()
    if made is not None and config is not None:
        wanted = config.offer.needs if made.pod_spec is config.offer.pod_spec else needs(made.pod_spec)

    def judge() -> list[Diagnostic]:
        found = [*_about_names(server, namespace, desired, actual, index)]
        return found if made is None or config is None else found + _judged(server, config, made, wanted, index)

    return Resolution(
        namespace,
        name,
        desired,
        actual,
        agreement(desired, actual),
        made,
        arrival,
        _pending(server, desired, actual, config, arrival, frozen, index),
        wanted,
        judge,
        frozen,
    )


def _about_names(
    server: KubeObject, namespace: str, desired: Desired, actual: Actual, index: Index
) -> list[Diagnostic]:
    findings = [*desired.findings, *name_findings(server, index.most_replicas[namespace])]
    if actual.operator is not None and actual.operator.rolling_out:
        words = f"{actual.operator.title} is being rolled out: its running process may have other settings"
        findings.append(
            finding("operator_rolling_out", Severity.UNKNOWN, FIELD, words, "run again when the rollout is complete")
        )
    if index.namespaces is None:
        words = f"namespaces could not be read: whether {namespace} is being deleted cannot be told"
        findings.append(
            finding("namespace_unknown", Severity.UNKNOWN, FIELD, words, "use credentials that may list Namespaces")
        )
    return findings


def agreement(desired: Desired, actual: Actual) -> Agreement:
    """Nothing on both sides agrees as well: the error is then that of the reference."""
    if actual.state is State.UNKNOWN or desired.error in UNPROVEN:
        return Agreement.UNKNOWN
    if actual.state in (State.UNMANAGED, State.CONTESTED, State.LOOKUP_FAILS):
        return Agreement.DIFFERS
    if desired.config is None or actual.config is None:
        return Agreement.AGREES if desired.config is actual.config else Agreement.DIFFERS
    if desired.config is actual.config or desired.config.content == actual.config.content:
        return Agreement.AGREES
    return Agreement.DIFFERS


def _judged(
    server: KubeObject, config: Config, made: Effective, wanted: Iterable[Need], index: Index
) -> list[Diagnostic]:
    found = ineffective(server, config.object)
    if made.refused:
        found.append(
            finding(
                "scaling",
                Severity.ERROR,
                "spec.replicas",
                f"{made.refused}: the operator leaves the Server alone",
                "correct the numbers",
            )
        )
    overridden = made.pod_spec is not config.offer.pod_spec
    found += duplicates(made.pod_spec) if overridden else config.offer.duplicates
    claims = tuple(str(claim.get("name")) for claim in made.volume_claim_templates)
    found += check_pod(made.pod_spec, claims) if overridden else config.offer.findings
    inventory = index.snapshot.inventories.get(made.namespace)
    if inventory is not None:
        found += missing(wanted, inventory, made.namespace) + missing_scheduler(
            made.pod_spec, inventory, made.namespace
        )
    return found


def _form(made: Effective, config: Config) -> KubeObject | None:
    """The canonical pod spec, where it has been made before."""
    form: KubeObject | None = config.offer.content["podSpec"] if made.pod_spec is config.offer.pod_spec else None
    return form


def _arrival(made: Effective | None, config: Config | None, namespace: str, name: str, index: Index) -> Arrival:
    live = index.stateful_sets.get((namespace, name))
    if made is None or config is None or index.snapshot.stateful_sets.refusal(namespace) is not None:
        return Arrival(Arrived.UNKNOWN)
    return arrived(made, live, _form(made, config), index.canonical)


def _pending(
    server: KubeObject,
    desired: Desired,
    actual: Actual,
    config: Config | None,
    arrival: Arrival,
    frozen: bool,
    index: Index,
) -> Pending | None:
    if arrival.state is not Arrived.NO or config is None:
        return None
    metadata = mapping(server.get("metadata"))
    namespace = str(metadata.get("namespace") or "")
    live = index.stateful_sets.get((namespace, str(metadata.get("name"))))
    fallback = desired.scope in (Scope.PLATFORM, Scope.SHARED)
    others = ((other, other.effective(server)) for other in index.namesakes(config, namespace))
    if any(has_arrived(made, live, _form(made, other), index.canonical) for other, made in others):
        return Pending.FALLBACK if fallback else Pending.SWITCH
    if fallback and actual.state in (State.ABSENT, State.PLANNED):
        # Its operator found another one once, since it cannot have found this one yet.
        return Pending.FALLBACK
    return Pending.FROZEN if frozen else Pending.CHANGE
