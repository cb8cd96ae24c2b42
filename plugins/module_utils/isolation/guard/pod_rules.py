# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Rules about pod specs as a whole."""

from __future__ import annotations

from ...tenant.components import HODOMETER, SCHEDULER
from .kinds import OWN_POD_SPEC, TEAMS_OWN, WITH_PODS, WORKLOADS
from .options import GuardOptions
from .rule import Rule, Subject
from .term import NAMESPACE, At, Filled, Is, Matches, Not, Present, Some, SomeKey, Term, at, both, either, one_of

_REMOVE = "remove it"
_NODE_ROLE = "node-role[.]kubernetes[.]io/(?:control-plane|controlplane|master|etcd)"
_ACCOUNTS_OF_THE_PLATFORM = f"{SCHEDULER}|{HODOMETER}|seldon-v2-controller-manager.*"
_USUAL_ACCOUNTS = ("", "default", "seldon-server")
_SAFE_SYSCTLS = (
    "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start", "net.ipv4.tcp_syncookies",
    "net.ipv4.ping_group_range", "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem",
)  # fmt: skip
NODE_VOLUMES = (
    "awsElasticBlockStore", "azureDisk", "azureFile", "cephfs", "cinder", "fc", "flexVolume", "flocker", "gcePersistentDisk", "gitRepo",
    "glusterfs", "iscsi", "nfs", "photonPersistentDisk", "portworxVolume", "quobyte", "rbd", "scaleIO", "storageos", "vsphereVolume",
)  # fmt: skip
"""Sources of volumes that a team names itself, without a PersistentVolume of the platform's."""


def pod_rules(options: GuardOptions) -> tuple[Rule, ...]:
    """In the order of their identifiers."""

    def rule(
        identifier: str,
        name: str,
        field: str,
        term: Term,
        expected: str,
        step: str = _REMOVE,
        kinds: frozenset[str] = WITH_PODS,
        default: bool = True,
    ) -> Rule:
        return Rule(identifier, name, Subject.POD, field, term, expected, step, kinds, default)

    accounts, account = _service_account(options), "serviceAccountName"
    account_step = "use seldon-server, or a ServiceAccount of the team's own"
    schedulers = one_of("", "default-scheduler", *options.schedulers)
    classes = options.priority_classes
    priority = Not(one_of("", *classes)) if classes else Matches("system-.*")
    return (
        rule(
            "SG101",
            "host-namespaces",
            "hostNetwork, hostPID or hostIPC",
            either(*(At(field, Is(True)) for field in ("hostNetwork", "hostPID", "hostIPC"))),
            "must not be true",
        ),
        rule(
            "SG102",
            "shared-processes",
            "shareProcessNamespace",
            At("shareProcessNamespace", Is(True)),
            "must not be true: models could read the memory of agent and rclone",
        ),
        rule(
            "SG103",
            "service-account",
            account,
            At(account, accounts),
            _accounts_expected(options),
            account_step,
            TEAMS_OWN & OWN_POD_SPEC,
        ),
        rule(
            "SG103",
            "service-account",
            account,
            either(At(account, accounts), both(Not(At(account, Filled())), At("serviceAccount", accounts))),
            _accounts_expected(options),
            account_step,
            (TEAMS_OWN | WORKLOADS) - OWN_POD_SPEC,
        ),
        rule(
            "SG104",
            "scheduler",
            "schedulerName",
            At("schedulerName", Not(schedulers)),
            "must be a scheduler that the platform allows",
            "remove it, or ask the platform team to allow that scheduler",
        ),
        rule(
            "SG105",
            "node-name",
            "nodeName",
            At("nodeName", Filled()),
            "must not be set: it goes round the scheduler, taints and quotas of nodes",
            "use nodeSelector or affinity",
        ),
        rule(
            "SG106",
            "control-plane-nodes",
            "nodeSelector or affinity.nodeAffinity",
            _control_plane_nodes(),
            "must not ask for the control plane's nodes",
            "ask for other nodes",
        ),
        rule(
            "SG107",
            "tolerations",
            "tolerations[]",
            at("tolerations[]", _tolerates_too_much()),
            "must name a key, and none of the control plane's",
            "tolerate the taint that you need by its key",
        ),
        rule(
            "SG108",
            "priority-class",
            "priorityClassName",
            At("priorityClassName", priority),
            _listed("a PriorityClass", classes)
            if classes
            else "must not be one of the system's: such pods evict others",
            "remove it, or ask the platform team for a PriorityClass",
        ),
        rule(
            "SG109",
            "runtime-class",
            "runtimeClassName",
            At("runtimeClassName", Not(one_of("", *options.runtime_classes))),
            "must be a RuntimeClass that the platform allows: others may be exempt from pod security",
            "remove it, or ask the platform team to allow it",
        ),
        rule(
            "SG110",
            "host-aliases",
            "hostAliases",
            At("hostAliases", Filled()),
            "must be empty: they give other hosts the names of services",
            "use the service's own name",
        ),
        rule(
            "SG111",
            "dns",
            "dnsPolicy or dnsConfig",
            either(
                At("dnsPolicy", one_of("Default", "None")),
                at("dnsConfig.nameservers", Filled()),
                at("dnsConfig.searches", Filled()),
            ),
            "must leave name resolution to the cluster's DNS",
            "remove them; dnsConfig.options may stay",
        ),
        rule(
            "SG112",
            "other-namespaces",
            "affinity",
            _other_namespaces(),
            "must look at pods of its own namespace only",
            "remove namespaces and namespaceSelector",
        ),
        rule(
            "SG113",
            "volume-source",
            "volumes[]",
            at("volumes[]", either(*(At(source, Present()) for source in NODE_VOLUMES))),
            "must not name storage outside of the cluster or the node",
            "use a PersistentVolumeClaim",
        ),
        rule(
            "SG114",
            "host-path",
            "volumes[].hostPath",
            at("volumes[].hostPath", Present()),
            "must not be used: it is the node's file system",
            "use a PersistentVolumeClaim or emptyDir",
        ),
        rule(
            "SG115",
            "sysctls",
            "securityContext.sysctls[]",
            at("securityContext.sysctls[].name", Not(one_of(*_SAFE_SYSCTLS))),
            "must be one of those that Kubernetes calls safe",
        ),
        rule(
            "SG116",
            "ephemeral-containers",
            "ephemeralContainers",
            At("ephemeralContainers", Filled()),
            "must be empty",
            kinds=WITH_PODS - OWN_POD_SPEC - WORKLOADS,
        ),
        rule(
            "SG117",
            "ephemeral-volume",
            "volumes[].ephemeral",
            at("volumes[].ephemeral.volumeClaimTemplate.spec.volumeName", Filled()),
            "must not name a PersistentVolume: it may hold another team's data",
            "remove spec.volumeName",
        ),
        rule(
            "SG118",
            "service-account-token",
            "automountServiceAccountToken",
            At("automountServiceAccountToken", Is(True)),
            "must not be true",
            default=False,
        ),
        rule(
            "SG119",
            "image-pull-secrets",
            "imagePullSecrets",
            At("imagePullSecrets", Filled()),
            "must be empty: the platform gives the ServiceAccounts theirs",
            default=False,
        ),
    )


def _service_account(options: GuardOptions) -> Term:
    if options.service_accounts:
        return Not(one_of(*_USUAL_ACCOUNTS, *options.service_accounts))
    return Matches(_ACCOUNTS_OF_THE_PLATFORM)


def _accounts_expected(options: GuardOptions) -> str:
    if options.service_accounts:
        return _listed("seldon-server, default", options.service_accounts)
    return "must not be an account of Seldon's own components: it has rights that the team has not"


def _listed(first: str, words: tuple[str, ...]) -> str:
    return (
        f"must be {first} out of {', '.join(words)}"
        if first.startswith("a ")
        else f"must be {first}, {', '.join(words)}"
    )


def _control_plane_nodes() -> Term:
    asked = both(At("key", Matches(_NODE_ROLE)), At("operator", one_of("In", "Exists")))
    node = "affinity.nodeAffinity"
    return either(
        At("nodeSelector", SomeKey(Matches(_NODE_ROLE))),
        at(f"{node}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[].matchExpressions[]", asked),
        at(f"{node}.preferredDuringSchedulingIgnoredDuringExecution[].preference.matchExpressions[]", asked),
    )


def _tolerates_too_much() -> Term:
    return either(Not(At("key", Filled())), At("key", Matches(_NODE_ROLE)))


def _other_namespaces() -> Term:
    term = either(At("namespaces", Some(Not(Matches(NAMESPACE)))), At("namespaceSelector", Present()))
    places = []
    for affinity in ("podAffinity", "podAntiAffinity"):
        places.append(at(f"affinity.{affinity}.requiredDuringSchedulingIgnoredDuringExecution[]", term))
        places.append(
            at(f"affinity.{affinity}.preferredDuringSchedulingIgnoredDuringExecution[].podAffinityTerm", term)
        )
    return either(*places)
