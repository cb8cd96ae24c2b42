# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads the cluster: one LIST per kind, whatever the number of tenants. A failed read is kept with its cause."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

from ..kube.errors import ConfigurationError, Forbidden, KubeError, NotFound, Unauthorized, Unreachable
from ..kube.resource import Resource
from ..kube.resources import DEPLOYMENT, NAMESPACE, SELDON_RUNTIME, SERVER, SERVER_CONFIG, STATEFUL_SET
from ..kube.types import KubeObject
from ..operators.record import Operator, find_operators
from ..operators.snapshot import RbacSnapshot
from ..seldon.operator_names import MANAGER_DEPLOYMENT
from ..serverconfig.snapshot import Cause, Listing, Refusal
from .readings import NAMES_ONLY, Readings, Refused

UNTOLD_PLATFORM = "the platform namespace"
"""Stands for its name where that is not known; no namespace can have this one."""
_FATAL = (ConfigurationError, Unauthorized, Unreachable)
_AT_ONCE = 8
_NOTHING_KNOWN = Listing(
    refused_in={
        UNTOLD_PLATFORM: Refusal(
            Cause.DENIED, "Deployments could not be listed; name the platform's namespace in platform_namespace"
        )
    }
)


class Lister(Protocol):
    """The two requests that this needs of a client. Both raise KubeError."""

    def list_metadata(self, resource: Resource, namespace: str | None = None) -> list[KubeObject]:
        """All objects of a namespace, or of all, with nothing but their metadata."""

    def list(self, resource: Resource, namespace: str | None = None) -> list[KubeObject]:
        """The same with all that they hold."""


def read(client: Lister, namespaces: Sequence[str], platform: str | None, shared: Sequence[str]) -> Readings:
    """``namespaces``: those asked about; with exactly one, only that and those it may fall back to are read, else all.

    Raises KubeError where no read can succeed: the cluster does not answer, or does not know the user.
    """
    with ThreadPoolExecutor(_AT_ONCE) as executor:
        reads = _Reads(client, executor)
        deployments = reads.start(DEPLOYMENT)
        only = namespaces[0] if len(namespaces) == 1 else None
        started = {
            resource: reads.start(resource, only) for resource in (SERVER, STATEFUL_SET, SELDON_RUNTIME, *NAMES_ONLY)
        }
        started[NAMESPACE] = reads.start(NAMESPACE)
        started[SERVER_CONFIG] = reads.start(SERVER_CONFIG, only)
        found = deployments()
        operators = None if found.refused else find_operators(found.objects, RbacSnapshot(None, None, None, None))
        told, candidates = _platform(platform, operators)
        elsewhere = {name for name in (*shared, *candidates) if name != only} if only else set()
        others = {name: reads.start(SERVER_CONFIG, name) for name in sorted(elsewhere)}
        lists = {resource: result() for resource, result in started.items()}
        configs = [lists[SERVER_CONFIG], *(result() for result in others.values())]
        lists[SERVER_CONFIG] = Listing(
            [obj for listing in configs for obj in listing.objects],
            lists[SERVER_CONFIG].refused,
            {
                name: refusal
                for listing in [_NOTHING_KNOWN if told == UNTOLD_PLATFORM else Listing(), *configs]
                for name, refusal in listing.refused_in.items()
            },
        )
        return Readings(lists, operators, told, tuple(reads.refused))


def _platform(platform: str | None, operators: Sequence[Operator] | None) -> tuple[str | None, tuple[str, ...]]:
    """The platform's namespace, and all that may be it: that of the chart's operator, else of those that run, else of
    all.
    """
    if platform is not None:
        return platform, (platform,)
    if operators is None:
        return UNTOLD_PLATFORM, ()
    running = [operator for operator in operators if operator.running]
    for choice in ([operator for operator in running if operator.name == MANAGER_DEPLOYMENT], running, operators):
        if choice:
            found = tuple(sorted({operator.namespace for operator in choice}))
            return (found[0] if len(found) == 1 else None), found
    return None, ()


class _Reads:
    def __init__(self, client: Lister, executor: ThreadPoolExecutor) -> None:
        self._client = client
        self._executor = executor
        self._refused: list[Refused] = []

    @property
    def refused(self) -> Iterable[Refused]:
        """The same order in every run."""
        return sorted(self._refused, key=lambda refused: (refused.resource.plural, refused.namespace))

    def start(self, resource: Resource, namespace: str | None = None) -> Callable[[], Listing]:
        """Begins a LIST; the answer waits for it. ``namespace`` of None stands for all of them."""
        started: Future[Listing] = self._executor.submit(self._listed, resource, namespace)
        return started.result

    def _listed(self, resource: Resource, namespace: str | None) -> Listing:
        ask = self._client.list_metadata if resource in NAMES_ONLY else self._client.list
        try:
            return Listing(ask(resource, namespace))
        except _FATAL:
            raise
        except KubeError as problem:
            refusal = Refusal(_cause(problem), problem.message)
        if refusal.cause is Cause.NOT_SERVED and resource is not SERVER_CONFIG:
            return Listing()  # a kind that does not exist has no objects
        self._refused.append(Refused(resource, namespace or "", refusal))
        return Listing(refused_in={namespace: refusal}) if namespace else Listing(refused=refusal)


def _cause(problem: KubeError) -> Cause:
    if isinstance(problem, Forbidden):
        return Cause.DENIED
    return Cause.NOT_SERVED if isinstance(problem, NotFound) else Cause.FAILED
