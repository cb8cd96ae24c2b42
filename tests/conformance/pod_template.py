# SPDX-License-Identifier: GPL-3.0-or-later
"""python -m tests.conformance.pod_template [--pairs 100] [--seed N] [--release 2.10.2]

Makes random pairs of ServerConfig and Server on a lab of its own, with the operator of the lab (LAB_OPERATOR), and
compares the pod templates of the StatefulSets with those that the core predicts. Exit code 1 if any differs.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.seldon.arrived import Arrived, arrived
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.seldon.effective import (
    SERVER_LABEL,
    Effective,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.seldon.image import Version
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.seldon.release import NEWEST
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig.effective_servers import (
    effective_servers,
)

from tests.conformance.pairs import Json, Pairs
from tests.integration.tenancy import Tenancy, own_lab

BATCH = 25
PATIENCE = 90.0
"""Seconds for one batch."""
SETTLED = 4.0
"""Seconds for which a Server has to report why it has no StatefulSet before the reason counts."""
_LISTS = ("volumes", "tolerations", "imagePullSecrets", "hostAliases", "topologySpreadConstraints")
_CONTAINER_LISTS = ("env", "envFrom", "args", "command", "ports", "volumeMounts")


@dataclass
class Outcome:
    """``refused``: pairs without StatefulSet, with the Server's reason. ``disagreements``: pair and difference."""

    seed: int
    compared: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    disagreements: dict[str, list[str]] = field(default_factory=dict)

    def table(self) -> str:
        """The outcome as text."""
        lines = [
            f"seed {self.seed}: {self.compared} pod templates compared, {len(self.disagreements)} differ; {len(self.refused)} more were refused by Kubernetes"
        ]
        width = max(map(len, self.disagreements), default=0)
        lines += [f"  {name:{width}}  {what}" for name, found in self.disagreements.items() for what in found]
        return "\n".join(lines)


def compare(
    tenancy: Tenancy, namespace: str, pairs: int, seed: int, release: Version | None = None, most: int | None = None
) -> Outcome:
    """Stops when ``pairs`` were compared, or ``most`` made. The namespace has its own operator."""
    pairs_of, outcome = Pairs(seed), Outcome(seed)
    number, most = 0, most or 3 * pairs
    while outcome.compared < pairs and number < most:
        wanted = min(BATCH, pairs - outcome.compared, most - number)
        batch = [pairs_of.pair(number + step, namespace) for step in range(wanted)]
        number += wanted
        tenancy.lab.kubectl(
            "create",
            "-f",
            "-",
            stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": [obj for pair in batch for obj in pair]}),
        )
        live, reasons = _wait(tenancy, namespace, [server["metadata"]["name"] for _config, server in batch])
        pairs_made = [(server, config) for config, server in batch]
        predicted = {made.name: made for made in effective_servers(pairs_made, release or NEWEST)}
        accepted = _accepted(tenancy, namespace, [made for name, made in predicted.items() if name not in live])
        for name, made in predicted.items():
            reason = reasons.get(name) or "no word why"
            if name in live:
                outcome.compared += 1
                found = list(_differences(made, live[name]))
            else:
                found = (
                    [f"no StatefulSet, though Kubernetes accepts the predicted one: {reason}"]
                    if name in accepted
                    else []
                )
                outcome.refused[name] = reason
            if found:
                outcome.disagreements[name] = found
    return outcome


def _accepted(tenancy: Tenancy, namespace: str, predicted: Sequence[Effective]) -> set[str]:
    """The names of the predictions that Kubernetes accepts."""
    items = [_stateful_set(made, namespace) for made in predicted]
    if not items:
        return set()
    command = [str(tenancy.lab.bin / "kubectl"), "create", "--dry-run=server", "-o", "name", "-f", "-"]
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": items})
    answer = subprocess.run(
        command, input=text, env=tenancy.lab.environment, capture_output=True, text=True, check=False
    )
    return {line.partition("/")[2] for line in answer.stdout.splitlines()}


def _stateful_set(made: Effective, namespace: str) -> Json:
    selector = {"matchLabels": {SERVER_LABEL: made.name}}
    claims = [{"metadata": {"name": claim["name"]}, "spec": claim["spec"]} for claim in made.volume_claim_templates]
    spec = {
        "serviceName": made.name,
        "replicas": made.replicas,
        "selector": selector,
        "template": made.template(),
        "volumeClaimTemplates": claims,
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": {"name": made.name, "namespace": namespace},
        "spec": spec,
    }


def _wait(tenancy: Tenancy, namespace: str, names: Sequence[str]) -> tuple[Mapping[str, Json], Mapping[str, str]]:
    """The StatefulSets, and for Servers without one the reason in their conditions."""
    end, since = time.monotonic() + PATIENCE, dict[str, float]()
    while True:
        items = json.loads(
            tenancy.lab.kubectl("get", "statefulsets,servers.mlops.seldon.io", "-n", namespace, "-o", "json")
        )["items"]
        live = {obj["metadata"]["name"]: obj for obj in items if obj["kind"] == "StatefulSet"}
        reasons = {
            obj["metadata"]["name"]: _reason(obj)
            for obj in items
            if obj["kind"] == "Server" and obj["metadata"]["name"] not in live
        }
        now = time.monotonic()
        for name, reason in reasons.items():
            if reason:
                since.setdefault(name, now)
        if now > end or all(name in live or now - since.get(name, now) > SETTLED for name in names):
            return live, reasons
        time.sleep(0.5)


def _reason(server: Json) -> str:
    conditions = server.get("status", {}).get("conditions", [])
    return next((str(c.get("reason")) for c in conditions if c.get("status") == "False" and c.get("reason")), "")


def _differences(made: Effective, live: Json) -> Iterator[str]:
    """Differences found by the core's own comparison, and by a simpler one that shares no code with it."""
    found = arrived(made, live)
    if found.state is not Arrived.YES:
        yield f"arrived: {', '.join(found.paths)}"
    predicted, actual = made.pod_spec, live["spec"]["template"]["spec"]
    for path, wanted, made_value in _lists(predicted, actual):
        if wanted != made_value:
            yield f"{path}: {json.dumps(wanted)} predicted, {json.dumps(made_value)} found"
    if made.replicas != live["spec"]["replicas"]:
        yield f"replicas: {made.replicas} predicted, {live['spec']['replicas']} found"


def _lists(predicted: Json, actual: Json) -> Iterator[tuple[str, Any, Any]]:
    for key in _LISTS:
        yield (
            key,
            [_identity(entry) for entry in predicted.get(key) or []],
            [_identity(entry) for entry in actual.get(key) or []],
        )
    for key in ("initContainers", "containers"):
        ours, theirs = predicted.get(key) or [], actual.get(key) or []
        yield key, [c["name"] for c in ours], [c["name"] for c in theirs]
        for mine, other in zip(ours, theirs):
            for part in _CONTAINER_LISTS:
                yield (
                    f"{key}[{mine['name']}].{part}",
                    [_identity(entry) for entry in mine.get(part) or []],
                    [_identity(entry) for entry in other.get(part) or []],
                )
            yield f"{key}[{mine['name']}].image", mine.get("image"), other.get("image")


def _identity(entry: Any) -> Any:
    """The fields that identify an entry of a list."""
    if not isinstance(entry, dict):
        return entry
    value = entry.get("value") or ""
    return [entry.get(key) for key in ("name", "key", "ip", "topologyKey", "mountPath", "containerPort")] + [
        value,
        sorted(entry.get("valueFrom") or {}),
    ]


def main() -> int:
    """Runs the command line; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.conformance.pod_template",
        description="Compares predicted pod templates with those of an operator.",
    )
    parser.add_argument("--pairs", type=int, default=100, help="how many pod templates are compared")
    parser.add_argument("--seed", type=int, default=None, help="makes the same pairs again")
    parser.add_argument("--release", choices=("2.9.1", "2.10.2"), default="2.10.2", help="release of the operator")
    arguments = parser.parse_args()
    seed = random.SystemRandom().randrange(10**6) if arguments.seed is None else arguments.seed
    print(f"seed {seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="conformance-") as folder, own_lab(Path(folder)) as tenancy:
        tenancy.install(arguments.release)
        outcome = prepared(tenancy, "conformance", arguments.pairs, seed, arguments.release)
    print(outcome.table())
    return 1 if outcome.disagreements or outcome.compared < arguments.pairs else 0


def prepared(tenancy: Tenancy, namespace: str, pairs: int, seed: int, release: str) -> Outcome:
    """The outcome of ``compare`` in a new tenant."""
    tenancy.done(namespace, wait=False)
    major, minor, patch = map(int, release.split("."))
    return compare(tenancy, namespace, pairs, seed, Version(major, minor, patch))


if __name__ == "__main__":
    sys.exit(main())
