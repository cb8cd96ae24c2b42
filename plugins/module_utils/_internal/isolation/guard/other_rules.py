# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Rules about labels and annotations that reach pods, about claims, and about kinds without pods."""

from __future__ import annotations

from ...ownership.labels import PREFIX
from ...seldon.components import COMPONENTS, NAME_LABEL
from ...seldon.operator_names import CONTROL_PLANE_LABEL
from ..network.metadata_services import METADATA_ADDRESSES
from .kinds import WITH_PODS, WORKLOADS
from .rule import Part, Rule, Subject
from .term import NAMESPACE, At, Filled, Is, Matches, Not, SomeKey, Term, at, both, either, one_of

_REMOVE = "remove it"
_CLAIMS = frozenset(("ServerConfig", "SeldonConfig", "StatefulSet"))
_MESH = (
    "(?:sidecar|traffic[.]sidecar|ambient|security)[.]istio[.]io/.*|istio[.]io/.*"
    "|(?:config[.](?:alpha[.]|beta[.])?)?linkerd[.]io/.*|kuma[.]io/.*|consul[.]hashicorp[.]com/.*"
)
_NETWORK = "k8s[.]v1[.]cni[.]cncf[.]io/.*|v1[.]multus-cni[.]io/.*|cni[.]projectcalico[.]org/.*|k8s[.]ovn[.]org/.*|(?:.*[.])?cilium[.]io/.*|io[.]cilium[.].*"
_IDENTITY = "iam[.]amazonaws[.]com/.*|aadpodidbinding"
_PROFILES = "(?:container[.])?(?:apparmor[.]security[.]beta|seccomp[.]security[.]alpha)[.]kubernetes[.]io/.*"

_SVC = "svc(?:[.]cluster[.]local)?[.]?"
_BEFORE_HOST, _AFTER_HOST = "[a-z0-9+._ -]*://(?:[^/]*@)?", "(?::[0-9]*)?(?:[/?#].*)?"
_ANY_SERVICE_URI = f"{_BEFORE_HOST}[a-z0-9_.-]*[.](?:{_SVC}|cluster[.]local[.]?){_AFTER_HOST}"
_OWN_SERVICE = f"(?:[a-z0-9-]+[.])+{NAMESPACE}[.]{_SVC}"
_OWN_SERVICE_URI = f"[a-z0-9+-]+://{_OWN_SERVICE}(?::[0-9]+)?(?:/[^@]*)?"
_NODE_ADDRESS = "|".join(
    (
        "169[.]254[.][0-9.]+|127[.][0-9.]+|0[.]0[.]0[.]0",
        *(address.replace(".", "[.]") for address in METADATA_ADDRESSES if ":" not in address),
    )
)
_NODE_HOST = "|".join(
    (
        "localhost|kubernetes(?:[.]default)?|metadata(?:[.]google[.]internal)?",
        rf"{_NODE_ADDRESS}|\[(?:::1?|f[de][0-9a-f:]+)\]",
    )
)
_NODE_URI = f"{_BEFORE_HOST}(?:{_NODE_HOST})[.]?{_AFTER_HOST}"
_NODE_NAME = (
    "(?:.*[.])?(?:localhost|localdomain)[.]?|kubernetes(?:[.]default)?[.]?|metadata(?:[.]google[.]internal)?[.]?"
    f"|{_NODE_ADDRESS}"
)
_LOCAL_PATH = r"(?:/+|[.]/+)?(?:.*/)?[.][.](?:/.*)?|/+(?:proc|sys|dev|etc|root|run|var/+run|rclone)(?:/.*)?"


def metadata_rules() -> tuple[Rule, ...]:
    """In the order of their identifiers."""

    def rule(
        id: str,
        name: str,
        *,
        title: str,
        why: str,
        term: Term,
        expected: str,
        kinds: frozenset[str] = WITH_PODS,
        default: bool = True,
    ) -> Rule:
        part = Part(Subject.METADATA, "", term, kinds)
        return Rule(id, name, title, why, expected, "remove that key", (part,), default)

    def key(pattern: str) -> Term:
        return SomeKey(Matches(pattern))

    return (
        rule(
            "SG401",
            "operator-labels",
            title="`control-plane`, `ml-platform.seldon/*`",
            why="they distinguish operators from other pods",
            term=key(f"{CONTROL_PLANE_LABEL}|{PREFIX.replace('.', '[.]')}.*"),
            expected=f"must have neither {CONTROL_PLANE_LABEL} nor {PREFIX}*: they distinguish the platform's pods from others",
        ),
        rule(
            "SG402",
            "component-name",
            title="`app.kubernetes.io/name` of a component, in the team's own workloads",
            why="Services of the SeldonRuntime would select these pods",
            term=SomeKey(Is(NAME_LABEL), one_of(*COMPONENTS)),
            expected="must not give pods the name of a component of the SeldonRuntime: its Services would lead to them",
            kinds=WORKLOADS,
        ),
        rule(
            "SG403",
            "service-mesh",
            title="keys of Istio, Linkerd, Kuma and Consul",
            why="a pod would run without the mesh's mTLS",
            term=key(_MESH),
            expected="must leave the service mesh to the platform",
        ),
        rule(
            "SG404",
            "pod-network",
            title="keys of Multus, Calico, Cilium and OVN",
            why="other networks, other addresses",
            term=key(_NETWORK),
            expected="must leave the pods' networks and addresses to the platform",
        ),
        rule(
            "SG405",
            "cloud-identity",
            title="`iam.amazonaws.com/*`, `aadpodidbinding`",
            why="a pod gets the cloud identity that it names",
            term=key(_IDENTITY),
            expected="must not give pods a cloud identity",
        ),
        rule(
            "SG406",
            "security-profile",
            title="seccomp and AppArmor by annotation",
            why="all system calls",
            term=key(_PROFILES),
            expected="must not choose security profiles by annotation",
        ),
        rule(
            "SG407",
            "scraping",
            title="`prometheus.io/*`",
            why="scraping outside of the platform's monitors",
            term=key("prometheus[.]io/.*"),
            expected="must leave scraping to the platform",
            default=False,
        ),
    )


def claim_rules() -> tuple[Rule, ...]:
    """In the order of their identifiers."""
    return (
        Rule(
            "SG501",
            "volume-name",
            title="a claim that names a PersistentVolume",
            why="it may hold another team's data",
            expected="must not name a PersistentVolume: it may hold another team's data",
            repair="name a storageClassName instead",
            parts=(Part(Subject.CLAIM, "spec.volumeName", at("spec.volumeName", Filled()), _CLAIMS),),
        ),
    )


def object_rules() -> tuple[Rule, ...]:
    """Rules about Models and Services."""
    model, service, uri = frozenset(("Model",)), frozenset(("Service",)), "spec.storageUri"
    foreign = either(
        both(Matches(_ANY_SERVICE_URI, lower=True), Not(Matches(_OWN_SERVICE_URI, lower=True))),
        Matches(_NODE_URI, lower=True),
    )
    remote = Matches("[ ]*:.*|[^:/]*,[^:]*:.*")
    local = either(Matches("(?:file|local):.*", lower=True), Matches(_LOCAL_PATH))
    inside = both(
        Matches(f"(?:.*[.])?(?:{_SVC}|cluster[.]local[.]?)", lower=True), Not(Matches(_OWN_SERVICE, lower=True))
    )
    external = both(At("type", Is("ExternalName")), At("externalName", either(inside, Matches(_NODE_NAME, lower=True))))
    return (
        Rule(
            "SG601",
            "storage-remote",
            title="a `storageUri` with rclone options of its own",
            why="can reach any address",
            expected="must begin with the name of a configured remote: its own options could reach any address",
            repair="write <remote>://<path>, and put options into the Secret of secretName",
            parts=(Part(Subject.OBJECT, uri, at(uri, remote), model),),
        ),
        Rule(
            "SG602",
            "storage-local",
            title="a `storageUri` to files such as `/etc`, `/proc`, rclone's configuration, or with `..`",
            why="files of the containers",
            expected="must not refer to the containers' own files",
            repair="put the model into object storage or a volume",
            parts=(Part(Subject.OBJECT, uri, at(uri, local), model),),
        ),
        Rule(
            "SG603",
            "storage-host",
            title="a `storageUri` to services of other namespaces, the API server, a node or its metadata",
            why="the pod would send requests to internal services",
            expected="must not name a service of another namespace, the API server, a node or its metadata",
            repair="use object storage, or a service of the own namespace",
            parts=(Part(Subject.OBJECT, uri, at(uri, foreign), model),),
        ),
        Rule(
            "SG701",
            "external-ips",
            title="`externalIPs` of a Service",
            why="takes other hosts' traffic (CVE-2020-8554)",
            expected="must be empty: it takes other hosts' traffic",
            repair=_REMOVE,
            parts=(Part(Subject.OBJECT, "spec.externalIPs", at("spec.externalIPs", Filled()), service),),
        ),
        Rule(
            "SG702",
            "external-name",
            title="an ExternalName in another namespace, the API server, a node or its metadata",
            why="bypasses network policies",
            expected="must not lead to another namespace, the API server, a node or its metadata",
            repair="name a host outside of the cluster",
            parts=(Part(Subject.OBJECT, "spec.externalName", at("spec", external), service),),
        ),
    )
