# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Rules about pod specs as a whole."""

from __future__ import annotations

from ...seldon.components import SERVER_PODS, TABLE
from ...seldon.operator_names import MANAGER_DEPLOYMENT
from .kinds import OWN_POD_SPEC, TEAMS_OWN, WITH_PODS, WORKLOADS
from .options import GuardOptions
from .rule import Part, Rule, Subject
from .term import NAMESPACE, At, Filled, Is, Matches, Not, Present, Some, SomeKey, Term, at, both, either, one_of

_REMOVE = "remove it"
_NODE_ROLE = "node-role[.]kubernetes[.]io/(?:control-plane|controlplane|master|etcd)"
_ACCOUNTS_OF_THE_PLATFORM = "|".join(
    (*dict.fromkeys(row.account for row in TABLE if row.account), f"{MANAGER_DEPLOYMENT}.*")
)
_USUAL_ACCOUNTS = ("", "default", SERVER_PODS.account)
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
        id: str,
        name: str,
        *,
        title: str,
        why: str,
        field: str,
        term: Term,
        expected: str,
        repair: str = _REMOVE,
        kinds: frozenset[str] = WITH_PODS,
        default: bool = True,
    ) -> Rule:
        return Rule(id, name, title, why, expected, repair, (Part(Subject.POD, field, term, kinds),), default)

    accounts, account = _service_account(options), "serviceAccountName"
    schedulers = one_of("", "default-scheduler", *options.schedulers)
    classes = options.priority_classes
    priority = Not(one_of("", *classes)) if classes else Matches("system-.*")
    return (
        rule(
            "SG101",
            "host-namespaces",
            title="`hostNetwork`, `hostPID`, `hostIPC`",
            why="the node's network and processes",
            field="hostNetwork, hostPID or hostIPC",
            term=either(*(At(field, Is(True)) for field in ("hostNetwork", "hostPID", "hostIPC"))),
            expected="must not be true",
        ),
        rule(
            "SG102",
            "shared-processes",
            title="`shareProcessNamespace: true`",
            why="a model's code could read the memory of agent and rclone",
            field="shareProcessNamespace",
            term=At("shareProcessNamespace", Is(True)),
            expected="must not be true: models could read the memory of agent and rclone",
        ),
        Rule(
            "SG103",
            "service-account",
            title="the accounts of scheduler, hodometer and operators; with a list, all others",
            why="permissions that the team does not have",
            expected=_accounts_expected(options),
            repair="use seldon-server, or a ServiceAccount of the team's own",
            parts=(
                Part(Subject.POD, account, At(account, accounts), TEAMS_OWN & OWN_POD_SPEC),
                Part(
                    Subject.POD,
                    account,
                    either(At(account, accounts), both(Not(At(account, Filled())), At("serviceAccount", accounts))),
                    (TEAMS_OWN | WORKLOADS) - OWN_POD_SPEC,
                ),
            ),
        ),
        rule(
            "SG104",
            "scheduler",
            title="a `schedulerName` that is not allowed",
            why="such a scheduler may ignore taints",
            field="schedulerName",
            term=At("schedulerName", Not(schedulers)),
            expected="must be a scheduler that the platform allows",
            repair="remove it, or ask the platform team to allow that scheduler",
        ),
        rule(
            "SG105",
            "node-name",
            title="`nodeName`",
            why="bypasses the scheduler and taints",
            field="nodeName",
            term=At("nodeName", Filled()),
            expected="must not be set: it bypasses the scheduler and taints",
            repair="use nodeSelector or affinity",
        ),
        rule(
            "SG106",
            "control-plane-nodes",
            title="`nodeSelector` and node affinity to the control plane",
            why="these nodes are not for tenants",
            field="nodeSelector or affinity.nodeAffinity",
            term=_control_plane_nodes(),
            expected="must not ask for the control plane's nodes",
            repair="ask for other nodes",
        ),
        rule(
            "SG107",
            "tolerations",
            title="a toleration of everything, or of the control plane's taints",
            why="these nodes are not for tenants",
            field="tolerations[]",
            term=at("tolerations[]", _tolerates_too_much()),
            expected="must name a key that is not one of the control plane's",
            repair="tolerate the taint that you need by its key",
        ),
        rule(
            "SG108",
            "priority-class",
            title="`system-*`; with a list, all others",
            why="such pods evict pods of other tenants",
            field="priorityClassName",
            term=At("priorityClassName", priority),
            expected=_listed("a PriorityClass", classes)
            if classes
            else "must not be one of the system's: such pods evict others",
            repair="remove it, or ask the platform team for a PriorityClass",
        ),
        rule(
            "SG109",
            "runtime-class",
            title="RuntimeClasses that are not allowed",
            why="they can be exempt from Pod Security",
            field="runtimeClassName",
            term=At("runtimeClassName", Not(one_of("", *options.runtime_classes))),
            expected="must be a RuntimeClass that the platform allows: others may be exempt from pod security",
            repair="remove it, or ask the platform team to allow it",
        ),
        rule(
            "SG110",
            "host-aliases",
            title="`hostAliases`",
            why="names of services would resolve to other hosts",
            field="hostAliases",
            term=At("hostAliases", Filled()),
            expected="must be empty: names of services would resolve to other hosts",
            repair="use the service's own name",
        ),
        rule(
            "SG111",
            "dns",
            title="`dnsPolicy` Default and None, other nameservers and searches",
            why="names of services would resolve to other hosts",
            field="dnsPolicy or dnsConfig",
            term=either(
                At("dnsPolicy", one_of("Default", "None")),
                at("dnsConfig.nameservers", Filled()),
                at("dnsConfig.searches", Filled()),
            ),
            expected="must leave name resolution to the cluster's DNS",
            repair="remove them; dnsConfig.options may stay",
        ),
        rule(
            "SG112",
            "other-namespaces",
            title="pod affinity that looks into other namespaces",
            why="reveals and influences where other tenants run",
            field="affinity",
            term=_other_namespaces(),
            expected="must select pods of its own namespace only",
            repair="remove namespaces and namespaceSelector",
        ),
        rule(
            "SG113",
            "volume-source",
            title="volumes by NFS, iSCSI, Ceph, FlexVolume and the like",
            why="storage that the platform did not assign",
            field="volumes[]",
            term=at("volumes[]", either(*(At(source, Present()) for source in NODE_VOLUMES))),
            expected="must not name storage outside of the cluster or the node",
            repair="use a PersistentVolumeClaim",
        ),
        rule(
            "SG114",
            "host-path",
            title="`hostPath`",
            why="the node's files",
            field="volumes[].hostPath",
            term=at("volumes[].hostPath", Present()),
            expected="must not be used: it is the node's file system",
            repair="use a PersistentVolumeClaim or emptyDir",
        ),
        rule(
            "SG115",
            "sysctls",
            title="sysctls that Kubernetes does not call safe",
            why="they reach other pods of the node",
            field="securityContext.sysctls[]",
            term=at("securityContext.sysctls[].name", Not(one_of(*_SAFE_SYSCTLS))),
            expected="must be one of those that Kubernetes calls safe",
        ),
        rule(
            "SG116",
            "ephemeral-containers",
            title="`ephemeralContainers` in a config",
            why="they are for debugging only",
            field="ephemeralContainers",
            term=At("ephemeralContainers", Filled()),
            expected="must be empty",
            kinds=WITH_PODS - OWN_POD_SPEC - WORKLOADS,
        ),
        rule(
            "SG117",
            "ephemeral-volume",
            title="an ephemeral volume that names a PersistentVolume",
            why="it may hold another team's data",
            field="volumes[].ephemeral",
            term=at("volumes[].ephemeral.volumeClaimTemplate.spec.volumeName", Filled()),
            expected="must not name a PersistentVolume: it may hold another team's data",
            repair="remove spec.volumeName",
        ),
        rule(
            "SG118",
            "service-account-token",
            title="`automountServiceAccountToken: true`",
            why="pods that request a token themselves",
            field="automountServiceAccountToken",
            term=At("automountServiceAccountToken", Is(True)),
            expected="must not be true",
            default=False,
        ),
        rule(
            "SG119",
            "image-pull-secrets",
            title="`imagePullSecrets`",
            why="registry credentials that the platform did not assign",
            field="imagePullSecrets",
            term=At("imagePullSecrets", Filled()),
            expected="must be empty: the platform gives the ServiceAccounts theirs",
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
    return "must not be an account of Seldon's own components: it has permissions that the team does not have"


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
