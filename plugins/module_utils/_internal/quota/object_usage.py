# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The charges of single objects: pods, Services, claims, and any other kind by its number."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..kube.amounts import ONE, rounded_up, whole
from .charge import Charge
from .defaulting import defaulted
from .keys import CLASS_INFIX
from .limit_ranges import LimitRules
from .pod import Pod, read_pod
from .pod_usage import pod_charges
from .reading import Reading
from .violations import claim_violations, pod_violations

UNKNOWN_CLASS = "?"
"""Replaces the name of a StorageClass in keys of claims without a class, when the cluster's default is unknown."""
_BETA_CLASS = "volume.beta.kubernetes.io/storage-class"
_ALSO_PLAIN = (
    "services",
    "persistentvolumeclaims",
    "configmaps",
    "secrets",
    "replicationcontrollers",
    "resourcequotas",
)


@dataclass(frozen=True)
class Admission:
    """Defaults of the cluster and the namespace. ``storage_class``: the default class; "" if there is none, None if
    unknown.
    """

    rules: LimitRules = ()
    storage_class: str | None = None
    priority_class: str = ""


def object_charge(obj: object, resource: str, admission: Admission, reading: Reading) -> Charge:
    """The charge of a live or desired object. ``resource``: the plural of its kind, with the group where it has one, such
    as ``models.mlops.seldon.io``.

    ``reading`` gets the reasons for which the API server would refuse it.
    """
    given = reading.mapping(obj, "")
    if resource == "pods":
        terminal = reading.mapping(given.get("status"), "status").get("phase") in ("Succeeded", "Failed")
        return Charge({"count/pods": ONE}) if terminal else pod_charge(given.get("spec"), admission, reading)
    if resource == "services":
        return service_charge(given.get("spec"), reading)
    if resource == "persistentvolumeclaims":
        annotations = reading.mapping(
            reading.mapping(given.get("metadata"), "metadata").get("annotations"), "metadata.annotations"
        )
        return claim_charge(
            given.get("spec"), admission, reading, beta_class=annotations.get(_BETA_CLASS), status=given.get("status")
        )
    return counted(resource)


def counted(resource: str, number: int = 1) -> Charge:
    """The charge of objects of a kind of which only the number is counted."""
    amounts = {f"count/{resource}": whole(number)}
    if resource in _ALSO_PLAIN:
        amounts[resource] = whole(number)
    return Charge(amounts)


def pod_charge(spec: object, admission: Admission, reading: Reading, field: str = "spec") -> Charge:
    """The charge of a pod with this PodSpec, with its defaults."""
    return charge_of(admitted(spec, admission, reading, field))


def charge_of(pod: Pod) -> Charge:
    """The charge of a pod that has its defaults and is not terminal."""
    return Charge(pod_charges(pod), pod)


def admitted(spec: object, admission: Admission, reading: Reading, field: str = "spec") -> Pod:
    """The pod of a PodSpec with its defaults. ``reading`` gets the reasons for which it would be refused."""
    pod = defaulted(read_pod(spec, reading, field), admission.rules)
    pod_violations(pod, admission.rules, reading, field)
    return pod if pod.priority_class else replace(pod, priority_class=admission.priority_class)


def service_charge(spec: object, reading: Reading, field: str = "spec") -> Charge:
    """The charge of a Service. Every port of a NodePort or LoadBalancer Service uses a node port, except with
    allocateLoadBalancerNodePorts: false.
    """
    given = reading.mapping(spec, field)
    amounts = {"services": ONE, "count/services": ONE}
    kind = given.get("type")
    if kind in ("NodePort", "LoadBalancer"):
        ports = [port for _path, port in reading.mappings(given.get("ports"), f"{field}.ports")]
        if kind == "LoadBalancer":
            amounts["services.loadbalancers"] = ONE
            if given.get("allocateLoadBalancerNodePorts") is False:
                ports = [port for port in ports if port.get("nodePort")]
        amounts["services.nodeports"] = whole(len(ports))
    return Charge(amounts)


def claim_charge(
    spec: object,
    admission: Admission,
    reading: Reading,
    field: str = "spec",
    *,
    beta_class: object = None,
    status: object = None,
) -> Charge:
    """The charge of a PersistentVolumeClaim: the larger of its request and its allocated size, in whole bytes; also by its
    class.
    """
    given = reading.mapping(spec, field)
    requests = reading.amounts(
        reading.mapping(given.get("resources"), f"{field}.resources").get("requests"), f"{field}.resources.requests"
    )
    claim_violations(requests, admission.rules, reading, field)
    allocated = reading.amounts(
        reading.mapping(status, "status").get("allocatedResources"), "status.allocatedResources"
    )
    sizes = [amounts["storage"] for amounts in (requests, allocated) if "storage" in amounts]
    charged = {"persistentvolumeclaims": ONE}
    if sizes:
        charged["requests.storage"] = rounded_up(max(sizes))
    name = beta_class if isinstance(beta_class, str) else given.get("storageClassName")
    if name is None:
        name = UNKNOWN_CLASS if admission.storage_class is None else admission.storage_class
    by_class = (
        {f"{name}{CLASS_INFIX}{key}": amount for key, amount in charged.items()}
        if isinstance(name, str) and name
        else {}
    )
    return Charge({**charged, "count/persistentvolumeclaims": ONE, **by_class})
