# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Rules about labels and annotations that reach pods, about claims, and about kinds without pods."""

from __future__ import annotations

from ...tenant.components import COMPONENTS
from ...tenant.labels import CONTROL_PLANE, PREFIX
from .kinds import WITH_PODS, WORKLOADS
from .rule import Rule, Subject
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
_NODE_HOST = r"localhost|kubernetes(?:[.]default)?|metadata(?:[.]google[.]internal)?|169[.]254[.][0-9.]+|127[.][0-9.]+|0[.]0[.]0[.]0|\[(?:::1?|f[de][0-9a-f:]+)\]"
_NODE_URI = f"{_BEFORE_HOST}(?:{_NODE_HOST})[.]?{_AFTER_HOST}"
_NODE_NAME = (
    "(?:.*[.])?(?:localhost|localdomain)[.]?|kubernetes(?:[.]default)?[.]?|metadata(?:[.]google[.]internal)?[.]?"
    "|169[.]254[.][0-9.]+|127[.][0-9.]+|0[.]0[.]0[.]0"
)
_LOCAL_PATH = r"(?:/+|[.]/+)?(?:.*/)?[.][.](?:/.*)?|/+(?:proc|sys|dev|etc|root|run|var/+run|rclone)(?:/.*)?"


def metadata_rules() -> tuple[Rule, ...]:
    """In the order of their identifiers."""

    def rule(
        identifier: str, name: str, term: Term, expected: str, kinds: frozenset[str] = WITH_PODS, default: bool = True
    ) -> Rule:
        return Rule(identifier, name, Subject.METADATA, "", term, expected, "remove that key", kinds, default)

    def key(pattern: str) -> Term:
        return SomeKey(Matches(pattern))

    return (
        rule(
            "SG401",
            "operator-labels",
            key(f"{CONTROL_PLANE}|{PREFIX.replace('.', '[.]')}.*"),
            f"must have neither {CONTROL_PLANE} nor {PREFIX}*: they tell the platform's own pods from others",
        ),
        rule(
            "SG402",
            "component-name",
            SomeKey(Is("app.kubernetes.io/name"), one_of(*COMPONENTS)),
            "must not give pods the name of a component of the SeldonRuntime: its Services would lead to them",
            WORKLOADS,
        ),
        rule("SG403", "service-mesh", key(_MESH), "must leave the service mesh to the platform"),
        rule("SG404", "pod-network", key(_NETWORK), "must leave the pods' networks and addresses to the platform"),
        rule("SG405", "cloud-identity", key(_IDENTITY), "must not give pods an identity of the cloud's"),
        rule("SG406", "security-profile", key(_PROFILES), "must not choose security profiles by annotation"),
        rule("SG407", "scraping", key("prometheus[.]io/.*"), "must leave scraping to the platform", default=False),
    )


def claim_rules() -> tuple[Rule, ...]:
    """In the order of their identifiers."""
    return (
        Rule(
            "SG501",
            "volume-name",
            Subject.CLAIM,
            "spec.volumeName",
            at("spec.volumeName", Filled()),
            "must not name a PersistentVolume: it may hold another team's data",
            "name a storageClassName instead",
            _CLAIMS,
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
            Subject.OBJECT,
            uri,
            at(uri, remote),
            "must begin with the name of a configured remote: options of its own could lead anywhere",
            "write <remote>://<path>, and put options into the Secret of secretName",
            model,
        ),
        Rule(
            "SG602",
            "storage-local",
            Subject.OBJECT,
            uri,
            at(uri, local),
            "must not lead to files of the containers' own",
            "put the model into object storage or a volume",
            model,
        ),
        Rule(
            "SG603",
            "storage-host",
            Subject.OBJECT,
            uri,
            at(uri, foreign),
            "must not name a service of another namespace, the API server, a node or its metadata",
            "use object storage, or a service of the own namespace",
            model,
        ),
        Rule(
            "SG701",
            "external-ips",
            Subject.OBJECT,
            "spec.externalIPs",
            at("spec.externalIPs", Filled()),
            "must be empty: it takes other hosts' traffic",
            _REMOVE,
            service,
        ),
        Rule(
            "SG702",
            "external-name",
            Subject.OBJECT,
            "spec.externalName",
            at("spec", external),
            "must not lead to another namespace, the API server, a node or its metadata",
            "name a host outside of the cluster",
            service,
        ),
    )
