# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Rules about containers and init containers."""

from __future__ import annotations

from .images import LOCALHOST, from_registries
from .kinds import SELDON, WITH_PODS
from .options import GuardOptions
from .rule import Rule, Subject
from .term import NAMESPACE, At, Filled, Is, Matches, Not, Present, Some, Term, at, both, either, one_of

_REMOVE = "remove it"
_CAPABILITIES = (
    "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP",
    "SETUID", "SYS_CHROOT",
)  # fmt: skip
"""What Kubernetes' level ``baseline`` lets a container add."""
_HANDLERS = ("livenessProbe", "readinessProbe", "startupProbe", "lifecycle.preStop", "lifecycle.postStart")
_HOST_VARIABLES = "SELDON_[A-Z0-9_]*HOST|SCHEDULER_HOST"
_OWN_HOST = rf"(?:[a-z0-9](?:[-a-z0-9]*[a-z0-9])?|[0-9a-z.-]+[.]{NAMESPACE}(?:[.]svc(?:[.]cluster[.]local[.]?)?)?|127[.]0[.]0[.]1|0[.]0[.]0[.]0|\[?::1?\]?)?"
_NAMESPACE_VARIABLES = "POD_NAMESPACE|SELDON_POD_NAMESPACE"
_FLAG = "--?(?:scheduler|envoy)-host"


def container_rules(options: GuardOptions) -> tuple[Rule, ...]:
    """In the order of their identifiers."""

    def rule(
        identifier: str,
        name: str,
        field: str,
        term: Term,
        expected: str,
        step: str = _REMOVE,
        kinds: frozenset[str] = WITH_PODS,
    ) -> Rule:
        return Rule(identifier, name, Subject.CONTAINER, field, term, expected, step, kinds)

    security = "securityContext"
    return (
        rule(
            "SG201", "privileged", f"{security}.privileged", at(f"{security}.privileged", Is(True)), "must not be true"
        ),
        rule(
            "SG202",
            "capabilities",
            f"{security}.capabilities.add",
            at(f"{security}.capabilities.add[]", Not(one_of(*_CAPABILITIES))),
            "must hold none but those of level baseline",
        ),
        rule(
            "SG203",
            "host-port",
            "ports[].hostPort",
            at("ports[].hostPort", Not(Is(0))),
            "must not be set: it takes a port of the node",
            "use a Service",
        ),
        rule(
            "SG204",
            "proc-mount",
            f"{security}.procMount",
            at(f"{security}.procMount", Not(one_of("", "Default"))),
            "must be Default",
        ),
        rule(
            "SG205",
            "probe-host",
            "probes and lifecycle",
            either(
                *(
                    at(f"{handler}.{action}.host", Filled())
                    for handler in _HANDLERS
                    for action in ("httpGet", "tcpSocket")
                )
            ),
            "must not name a host: the node would ask it",
            "remove host",
        ),
        *_registry_rules(options),
        *_unconfined(),
        rule(
            "SG208",
            "host-process",
            f"{security}.windowsOptions.hostProcess",
            at(f"{security}.windowsOptions.hostProcess", Is(True)),
            "must not be true",
        ),
        *_seldon_rules(),
    )


def _registry_rules(options: GuardOptions) -> tuple[Rule, ...]:
    if not options.registries:
        return ()
    foreign: Term = Not(Matches(from_registries(options.registries)))
    if not any(entry.partition("/")[0] == LOCALHOST for entry in options.registries):
        foreign = either(foreign, Matches(f"{LOCALHOST}/.*"))
    expected = f"must come from {' or '.join(options.registries)}"
    step = "copy the image there, or ask the platform team to allow its registry"
    image = both(At("image", Filled()), At("image", foreign))
    return (
        Rule("SG206", "image-registry", Subject.CONTAINER, "image", image, expected, step, WITH_PODS),
        Rule(
            "SG206",
            "image-registry",
            Subject.POD,
            "volumes[].image.reference",
            at("volumes[].image.reference", foreign),
            expected,
            step,
            WITH_PODS,
        ),
    )


def _unconfined() -> tuple[Rule, ...]:
    term = either(
        *(at(f"securityContext.{profile}.type", Is("Unconfined")) for profile in ("seccompProfile", "appArmorProfile"))
    )
    field, expected, step = (
        "securityContext",
        "must not be Unconfined in seccompProfile or appArmorProfile",
        "use RuntimeDefault",
    )
    return (
        Rule("SG207", "unconfined", Subject.POD, field, term, expected, step, WITH_PODS),
        Rule("SG207", "unconfined", Subject.CONTAINER, field, term, expected, step, WITH_PODS),
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
            Subject.CONTAINER,
            "env",
            at("env[]", host),
            "must give Seldon's hosts as literal names of services in its own namespace",
            "use seldon-scheduler and seldon-mesh",
            SELDON,
        ),
        Rule(
            "SG302",
            "seldon-namespace",
            Subject.CONTAINER,
            "env",
            at("env[]", namespace),
            "must give POD_NAMESPACE as the pod's own",
            "take it from fieldRef metadata.namespace",
            SELDON,
        ),
        Rule(
            "SG303",
            "seldon-flags",
            Subject.CONTAINER,
            "args or command",
            flag,
            "must give Seldon's hosts as --scheduler-host=NAME and --envoy-host=NAME, with names of services in its own namespace",
            "use seldon-scheduler and seldon-mesh",
            SELDON,
        ),
        Rule(
            "SG304",
            "seldon-command",
            Subject.CONTAINER,
            "command",
            command,
            "must not be set for agent and rclone: it would be appended to that of the ServerConfig",
            "give the Server a ServerConfig of its own",
            frozenset(("Server",)),
        ),
    )
