# SPDX-License-Identifier: GPL-3.0-or-later
"""The measured programs: each gets the same objects, prepares its files beforehand, and is one command. None waits for
readiness.

Only applyset can ask the server about all objects before it writes the first; so it is measured with and without.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from lab.layout import Layout

from .cluster import INVENTORIES
from .tenants import KubeObject

Tenants = Mapping[str, Sequence[KubeObject]]
Command = list[str]


@dataclass(frozen=True)
class Files:
    """The folder of one contender in one round. `path_of` gives the URL path of an object."""

    folder: Path
    layout: Layout
    path_of: Callable[[KubeObject], str]

    def write(self, name: str, text: str) -> str:
        target = self.folder / name
        target.write_text(text)
        return str(target)

    def manifests(self, name: str, objects: Sequence[KubeObject]) -> str:
        return self.write(name, yaml.dump_all(objects, Dumper=_Dumper, sort_keys=False))

    def playbook(self, hosts: Sequence[str], task: dict[str, Any]) -> Command:
        variables = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
        inventory = self.write(
            "inventory.yml", yaml.safe_dump({"all": {"hosts": dict.fromkeys(hosts), "vars": variables}})
        )
        playbook = self.write(
            "playbook.yml", yaml.safe_dump([{"hosts": "all", "gather_facts": False, "tasks": [task]}], sort_keys=False)
        )
        return [str(Path(sys.executable).with_name("ansible-playbook")), "-i", inventory, playbook]


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


@dataclass(frozen=True)
class Contender:
    """`prepare` writes its files and returns its command. With `once` a second run is not measured."""

    name: str
    title: str
    prepare: Callable[[Files, Tenants], Command]
    once: bool = False


def _applyset(files: Files, tenants: Tenants) -> Command:
    """The form in which the peers are used: one task, one file."""
    source = files.manifests("all.yaml", _flat(tenants))
    options = {
        "name": files.folder.name,
        "inventory_namespace": INVENTORIES,
        "src": [source],
        "validate": False,
        "wait": False,
    }
    return files.playbook(["localhost"], {"name": "Apply the tenants", "ml_platform.seldon.applyset": options})


def _applyset_hosts(files: Files, tenants: Tenants, validate: bool) -> Command:
    """The form in which the role is used: each tenant is a host and a set."""
    for name, objects in tenants.items():
        files.manifests(f"{name}.yaml", objects)
    name = "{{ inventory_hostname }}"
    options = {
        "name": name,
        "inventory_namespace": INVENTORIES,
        "src": [f"{files.folder}/{name}.yaml"],
        "validate": validate,
        "wait": False,
    }
    return files.playbook(list(tenants), {"name": "Apply the tenant", "ml_platform.seldon.applyset": options})


def _kubernetes_core(files: Files, tenants: Tenants) -> Command:
    source = files.manifests("all.yaml", _flat(tenants))
    return files.playbook(["localhost"], {"name": "Apply the tenants", "kubernetes.core.k8s": {"src": source}})


def _kubectl(files: Files, tenants: Tenants) -> Command:
    source = files.manifests("all.yaml", _flat(tenants))
    return [str(files.layout.bin / "kubectl"), "apply", "--server-side", "-f", source]


def _bare(files: Files, tenants: Tenants) -> Command:
    objects = sorted(_flat(tenants), key=lambda obj: obj["kind"] != "Namespace")
    source = files.write("all.json", json.dumps([(files.path_of(obj), obj) for obj in objects]))
    config = yaml.safe_load(files.layout.kubeconfig.read_text())
    cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
    access = {
        "server": cluster["server"],
        "ca": _decoded(files, "ca.pem", cluster["certificate-authority-data"]),
        "certificate": _decoded(files, "client.pem", user["client-certificate-data"]),
        "key": _decoded(files, "client.key", user["client-key-data"]),
    }
    return [sys.executable, "-m", "tests.bench.bare", files.write("access.json", json.dumps(access)), source]


def _flat(tenants: Tenants) -> list[KubeObject]:
    return [obj for objects in tenants.values() for obj in objects]


def _decoded(files: Files, name: str, text: str) -> str:
    return files.write(name, base64.b64decode(text).decode())


APPLYSET = Contender("applyset", "applyset, src", _applyset)
HOSTS = Contender("hosts", "applyset, one host per tenant", partial(_applyset_hosts, validate=False))
VALIDATED = Contender(
    "validated", "the same, validated by dry-run first", partial(_applyset_hosts, validate=True), once=True
)
KUBERNETES_CORE = Contender("core", "kubernetes.core.k8s, src", _kubernetes_core)
KUBECTL = Contender("kubectl", "kubectl apply --server-side", _kubectl)
BARE = Contender("bare", "bare parallel apply", _bare, once=True)
CONTENDERS = (APPLYSET, HOSTS, VALIDATED, KUBERNETES_CORE, KUBECTL, BARE)
