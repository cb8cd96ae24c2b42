# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Controls on what a pod shares with its node: namespaces, paths, ports, and where probes go."""

from __future__ import annotations

from .part import Part
from .pod import Pod, name_of
from .verdict import Forbidden, Place
from .words import containers, plural, quoted, use

_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_HOOKS = ("postStart", "preStop")


def host_namespaces(pod: Pod) -> Forbidden | None:
    shared = [key for key in ("hostNetwork", "hostPID", "hostIPC") if pod.spec.flag(key)]
    if not shared:
        return None
    places = tuple(Place(f"spec.{key}", "remove it") for key in shared)
    return Forbidden("host namespaces", ", ".join(f"{key}=true" for key in shared), places)


def host_path_volumes(pod: Pod) -> Forbidden | None:
    bad = [volume for volume in pod.spec.parts("volumes") if volume.part("hostPath").present]
    if not bad:
        return None
    places = tuple(Place(f"{volume.path}.hostPath", "use an emptyDir or a persistentVolumeClaim") for volume in bad)
    return Forbidden("hostPath volumes", f"{plural('volume', len(bad))} {quoted(map(name_of, bad))}", places)


def host_ports(pod: Pod) -> Forbidden | None:
    """In the network of its node a pod gets a host port for every port of its containers."""
    shares_network, names, ports, places = bool(pod.spec.flag("hostNetwork")), [], set(), []
    for container in pod.containers:
        defaulted = shares_network and ".ephemeralContainers[" not in container.path
        bad = [(port, number) for port in container.parts("ports") if (number := _host_port(port, defaulted))]
        if bad:
            names.append(name_of(container))
            ports |= {str(number) for _port, number in bad}
            places += [
                Place(f"{port.path}.hostPort", "remove it, and reach the pod by a Service") for port, _number in bad
            ]
    if not names:
        return None
    detail = f"{containers(names)} {use(len(names))} {plural('hostPort', len(ports))} {', '.join(sorted(ports))}"
    return Forbidden("hostPort", detail, tuple(places))


def _host_port(port: Part, defaulted: bool) -> int:
    own = port.number("hostPort", 32) or 0
    return own or (port.number("containerPort", 32) or 0 if defaulted else 0)


def host_probes(pod: Pod) -> Forbidden | None:
    """Probes and hooks that go elsewhere than to the pod itself."""
    names, hosts, places = set(), set(), []
    for container in pod.containers:
        lifecycle = container.part("lifecycle")
        for handler in (*map(container.part, _PROBES), *map(lifecycle.part, _HOOKS)):
            for action in (handler.part("httpGet"), handler.part("tcpSocket")):
                if host := action.text("host"):
                    names.add(name_of(container))
                    hosts.add(host)
                    places.append(Place(f"{action.path}.host", "remove it: the pod itself is asked then"))
    if not names:
        return None
    words = f"{containers(sorted(names))} {use(len(names))} {plural('probe or lifecycle host', len(hosts))} {quoted(sorted(hosts))}"
    return Forbidden("probe or lifecycle host", words, tuple(places))
