# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The network policies of one tenant: everything is denied, and each flow that Seldon or the tenant needs has policies
of its own.

Seldon's components are told by app.kubernetes.io/name, which its operator sets on their pods and no Server can change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ...kube.types import KubeObject
from ...seldon.component import Component, Purpose
from ...seldon.components import BY_NAME, ENVOY, PODS, SERVER, SERVER_PODS, TABLE
from ..options.network import NetworkOptions
from .addresses import Endpoint
from .flows import flow_policies, flows_of
from .peers import (
    apiserver_rule,
    default_deny,
    egress,
    ingress,
    pods_but_runtime,
    pods_in,
    ports,
    seldon_peer,
    seldon_pods,
)
from .planned_policy import OtherEnd, PlannedPolicy
from .runtime import NetworkedRuntime
from .within import callers, letting_out, reaching


def network_policies(
    tenant: str,
    options: NetworkOptions,
    runtime: NetworkedRuntime,
    operator: tuple[str, Mapping[str, str]],
    apiserver: Sequence[Endpoint],
) -> list[PlannedPolicy]:
    """The one that denies comes last.

    ``operator``: the namespace and the labels of the pods of the operator that works for this tenant.
    ``apiserver``: its endpoints as the cluster tells them. None at all: no policy for it.
    """
    if not options.policies:
        return []
    running = (*runtime.components, SERVER)
    return [
        *reaching(tenant, "tenant-dns", {}, options.dns, "UDP", "TCP", other_end=OtherEnd.DNS),
        *egress(
            tenant,
            "tenant-apiserver",
            _running(lambda pods: pods.reads_secrets, running),
            apiserver_rule(options.apiserver_cidrs, apiserver),
            OtherEnd.APISERVER,
        ),
        *_operator(tenant, operator, running),
        *(policy for flow in flows_of(running) for policy in flow_policies(tenant, flow)),
        *_metrics(tenant, options, running),
        *_inference(tenant, options),
        *_pipelines(tenant, options, runtime),
        *reaching(
            tenant,
            "tenant-tracing",
            _running(lambda pods: pods.traced, running),
            runtime.tracing,
            other_end=OtherEnd.TRACING,
        ),
        *reaching(tenant, "tenant-egress", pods_but_runtime(), options.egress),
        default_deny(tenant),
    ]


def _metrics(tenant: str, options: NetworkOptions, running: Sequence[str]) -> list[PlannedPolicy]:
    peers = callers(tenant, options.monitoring)
    ports_of = {pods.name: pods.numbers(Purpose.METRICS) for pods in (SERVER_PODS, *TABLE)}
    scraped = {name: ports(numbers) for name, numbers in ports_of.items() if numbers and name in running}
    rules = [{"to": [seldon_peer(tenant, (name,))], "ports": opened} for name, opened in scraped.items()]
    return [
        *(
            policy
            for name, opened in scraped.items()
            for policy in ingress(
                tenant,
                f"tenant-metrics-{name.removeprefix('seldon-')}",
                seldon_pods((name,)),
                peers,
                opened,
                OtherEnd.PROMETHEUS,
            )
        ),
        *letting_out(tenant, "tenant-metrics", options.monitoring, rules, OtherEnd.PROMETHEUS),
    ]


def _inference(tenant: str, options: NetworkOptions) -> list[PlannedPolicy]:
    """Clients of the models."""
    opened = ports(BY_NAME[ENVOY].numbers(Purpose.INFERENCE))
    rule = {"to": [seldon_peer(tenant, (ENVOY,))], "ports": opened}
    return [
        *ingress(tenant, "tenant-clients", seldon_pods((ENVOY,)), callers(tenant, options.ingress), opened),
        *letting_out(tenant, "tenant-clients", options.ingress, [rule]),
    ]


def _pipelines(tenant: str, options: NetworkOptions, runtime: NetworkedRuntime) -> list[PlannedPolicy]:
    sources = _running(lambda pods: pods.uses_kafka, runtime.components)
    if not sources:
        return []
    return [
        *reaching(tenant, "tenant-kafka", sources, runtime.kafka, other_end=OtherEnd.KAFKA),
        *reaching(
            tenant, "tenant-schema-registry", sources, options.schema_registry, other_end=OtherEnd.SCHEMA_REGISTRY
        ),
    ]


def _operator(tenant: str, operator: tuple[str, Mapping[str, str]], running: Sequence[str]) -> list[PlannedPolicy]:
    """From the operator that works for the tenant to the components that it calls."""
    called = [pods for pods in PODS if pods.called_by_operator and pods.name in running]
    return [
        policy
        for pods in called
        for policy in ingress(
            tenant,
            "tenant-operator",
            seldon_pods((pods.name,)),
            [pods_in(*operator)],
            ports(pods.called_by_operator),
            OtherEnd.OPERATOR,
        )
    ]


def _running(needs: Callable[[Component], bool], running: Sequence[str]) -> KubeObject:
    """The pods of running components that need something; every pod where none of them runs."""
    found = [pods.name for pods in PODS if pods.name in running and needs(pods)]
    return seldon_pods(found) if found else {}
