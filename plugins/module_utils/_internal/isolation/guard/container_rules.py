# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Rules about containers and init containers."""

from __future__ import annotations

from .images import LOCALHOST, from_registries
from .kinds import SELDON, WITH_PODS
from .options import GuardOptions
from .rule import Part, Rule, Subject
from .term import NAMESPACE, At, Filled, Is, Matches, Not, Present, Some, Term, at, both, either, one_of

_REMOVE = "remove it"
_CAPABILITIES = (
    "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP",
    "SETUID", "SYS_CHROOT",
)  # fmt: skip
"""The capabilities that Kubernetes' level ``baseline`` lets a container add."""
_HANDLERS = ("livenessProbe", "readinessProbe", "startupProbe", "lifecycle.preStop", "lifecycle.postStart")
_HOST_VARIABLES = "SELDON_[A-Z0-9_]*HOST|SCHEDULER_HOST"
_OWN_HOST = rf"(?:[a-z0-9](?:[-a-z0-9]*[a-z0-9])?|[0-9a-z.-]+[.]{NAMESPACE}(?:[.]svc(?:[.]cluster[.]local[.]?)?)?|127[.]0[.]0[.]1|0[.]0[.]0[.]0|\[?::1?\]?)?"
_NAMESPACE_VARIABLES = "POD_NAMESPACE|SELDON_POD_NAMESPACE"
_FLAG = "--?(?:scheduler|envoy)-host"


def container_rules(options: GuardOptions) -> tuple[Rule, ...]:
    """In the order of their identifiers."""

    def rule(
        id: str, name: str, *, title: str, why: str, field: str, term: Term, expected: str, repair: str = _REMOVE
    ) -> Rule:
        return Rule(id, name, title, why, expected, repair, (Part(Subject.CONTAINER, field, term, WITH_PODS),))

    security = "securityContext"
    return (
        rule(
            "SG201",
            "privileged",
            title="privileged containers",
            why="root on the node",
            field=f"{security}.privileged",
            term=at(f"{security}.privileged", Is(True)),
            expected="must not be true",
        ),
        rule(
            "SG202",
            "capabilities",
            title="capabilities beyond level `baseline`",
            why="root on the node",
            field=f"{security}.capabilities.add",
            term=at(f"{security}.capabilities.add[]", Not(one_of(*_CAPABILITIES))),
            expected="must only hold capabilities that level baseline allows",
        ),
        rule(
            "SG203",
            "host-port",
            title="`hostPort`",
            why="the node's ports",
            field="ports[].hostPort",
            term=at("ports[].hostPort", Not(Is(0))),
            expected="must not be set: it takes a port of the node",
            repair="use a Service",
        ),
        rule(
            "SG204",
            "proc-mount",
            title="`procMount: Unmasked`",
            why="access to the masked parts of `/proc`",
            field=f"{security}.procMount",
            term=at(f"{security}.procMount", Not(one_of("", "Default"))),
            expected="must be Default",
        ),
        rule(
            "SG205",
            "probe-host",
            title="a `host` in probes and lifecycle hooks",
            why="the node makes these requests",
            field="probes and lifecycle",
            term=either(
                *(
                    at(f"{handler}.{action}.host", Filled())
                    for handler in _HANDLERS
                    for action in ("httpGet", "tcpSocket")
                )
            ),
            expected="must not name a host: the node would send requests to it",
            repair="remove host",
        ),
        *_registry_rules(options),
        _unconfined(),
        rule(
            "SG208",
            "host-process",
            title="Windows `hostProcess`",
            why="the node",
            field=f"{security}.windowsOptions.hostProcess",
            term=at(f"{security}.windowsOptions.hostProcess", Is(True)),
            expected="must not be true",
        ),
        *_seldon_rules(),
    )


def _registry_rules(options: GuardOptions) -> tuple[Rule, ...]:
    """None where images may come from everywhere."""
    if not options.registries:
        return ()
    foreign: Term = Not(Matches(from_registries(options.registries)))
    if not any(entry.partition("/")[0] == LOCALHOST for entry in options.registries):
        foreign = either(foreign, Matches(f"{LOCALHOST}/.*"))
    image = both(At("image", Filled()), At("image", foreign))
    volume = at("volumes[].image.reference", foreign)
    return (
        Rule(
            "SG206",
            "image-registry",
            title="images from other registries",
            why="unknown code",
            expected=f"must come from {' or '.join(options.registries)}",
            repair="copy the image there, or ask the platform team to allow its registry",
            parts=(
                Part(Subject.CONTAINER, "image", image, WITH_PODS),
                Part(Subject.POD, "volumes[].image.reference", volume, WITH_PODS),
            ),
        ),
    )


def _unconfined() -> Rule:
    field = "securityContext"
    term = either(
        *(at(f"{field}.{profile}.type", Is("Unconfined")) for profile in ("seccompProfile", "appArmorProfile"))
    )
    return Rule(
        "SG207",
        "unconfined",
        title="seccomp and AppArmor `Unconfined`",
        why="all system calls",
        expected="must not be Unconfined in seccompProfile or appArmorProfile",
        repair="use RuntimeDefault",
        parts=tuple(Part(subject, field, term, WITH_PODS) for subject in (Subject.POD, Subject.CONTAINER)),
    )


def _seldon_rules() -> tuple[Rule, ...]:
    host = both(
        At("name", Matches(_HOST_VARIABLES)), either(At("value", Not(Matches(_OWN_HOST))), At("valueFrom", Present()))
    )
    own = both(At("fieldRef", at("fieldPath", Is("metadata.namespace"))))
    namespace = both(
        At("name", Matches(_NAMESPACE_VARIABLES)),
        either(both(At("value", Filled()), At("value", Not(Matches(NAMESPACE)))), At("valueFrom", Not(own))),
    )
    elsewhere = both(Matches(f"{_FLAG}(?:=.*)?"), Not(Matches(f"{_FLAG}={_OWN_HOST}")))
    flag = either(at("args", Some(elsewhere)), at("command", Some(elsewhere)))
    command = both(At("name", one_of("agent", "rclone")), At("command", Filled()))
    return (
        Rule(
            "SG301",
            "seldon-host",
            title="`SELDON_*_HOST` and `SCHEDULER_HOST` that lead out of the namespace, or cannot be judged",
            why="an agent would connect to another tenant's scheduler",
            expected="must give Seldon's hosts as literal names of services in its own namespace",
            repair="use seldon-scheduler and seldon-mesh",
            parts=(Part(Subject.CONTAINER, "env", at("env[]", host), SELDON),),
        ),
        Rule(
            "SG302",
            "seldon-namespace",
            title="`POD_NAMESPACE` of another namespace",
            why="an agent would connect to another tenant's scheduler",
            expected="must give POD_NAMESPACE as the pod's own",
            repair="take it from fieldRef metadata.namespace",
            parts=(Part(Subject.CONTAINER, "env", at("env[]", namespace), SELDON),),
        ),
        Rule(
            "SG303",
            "seldon-flags",
            title="`--scheduler-host` and `--envoy-host` that lead out of the namespace",
            why="an agent would connect to another tenant's scheduler",
            expected="must give Seldon's hosts as --scheduler-host=NAME and --envoy-host=NAME, with names of services in its own namespace",
            repair="use seldon-scheduler and seldon-mesh",
            parts=(Part(Subject.CONTAINER, "args or command", flag, SELDON),),
        ),
        Rule(
            "SG304",
            "seldon-command",
            title="`command` for agent or rclone in a Server",
            why="it is appended to the ServerConfig's and does not replace it",
            expected="must not be set for agent and rclone: it would be appended to that of the ServerConfig",
            repair="give the Server a ServerConfig of its own",
            parts=(Part(Subject.CONTAINER, "command", command, frozenset(("Server",))),),
        ),
    )
