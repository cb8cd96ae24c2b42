# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ports that monitors name: with their names, and the numbers that pods have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...isolation.network.pod import read_pod
from ...kube.objects import mappings, spec_of
from ...kube.types import KubeObject


def ports_of_services(services: Iterable[KubeObject]) -> Iterator[tuple[str, int]]:
    """A port without a name cannot be scraped by name."""
    for service in services:
        for port in mappings(spec_of(service).get("ports")):
            name, number = port.get("name"), port.get("port")
            if isinstance(name, str) and isinstance(number, int):
                yield name, number


def ports_of_pods(pods: Iterable[KubeObject]) -> Iterator[tuple[str, int]]:
    """Of all containers."""
    for obj in pods:
        pod = read_pod(obj)
        for (name, _protocol), numbers in (pod.named_ports if pod else {}).items():
            for number in sorted(numbers):
                yield name, number
