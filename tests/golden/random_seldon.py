# SPDX-License-Identifier: GPL-3.0-or-later
"""A team's objects of Seldon's kinds."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from .dice import Dice
from .world import KubeObject

_SERVERS = ("mlserver", "triton", "fraud-scorer", "ranker")
_MODELS = ("baseline", "candidate", "similar-items", "next-basket", "tokenizer", "explainer", "shadow")


def seldon(kind: str, name: str, spec: Mapping[str, Any], **metadata: Any) -> KubeObject:
    """Without a namespace, as teams write them."""
    return {
        "apiVersion": "mlops.seldon.io/v1alpha1",
        "kind": kind,
        "metadata": {"name": name, **metadata},
        "spec": dict(spec),
    }


def random_seldon(dice: Dice, platform_configs: Mapping[str, KubeObject]) -> list[KubeObject]:
    """``platform_configs``: the platform's ServerConfigs by name, some of the team's own are made from them, and can
    have the same names.
    """
    configs = [
        _config(dice, name, platform_configs[dice.choose("mlserver", "triton")])
        for name in dice.several(("mlserver", "own", "team-config"), 2)
    ]
    contents = {**platform_configs, **{config["metadata"]["name"]: config for config in configs}}
    servers = [_server(dice, name, contents) for name in dice.several(_SERVERS, 4, 0 if dice.often(0.1) else 1)]
    names = [server["metadata"]["name"] for server in servers]
    models = [_model(dice, name, names) for name in dice.several(_MODELS, 6)]
    pipelines = [_pipeline(dice, f"chain-{number}", models) for number in range(dice.choose(0, 0, 1, 2)) if models]
    return [*configs, *servers, *models, *_experiments(dice, models), *pipelines]


def _config(dice: Dice, name: str, base: KubeObject) -> KubeObject:
    spec = copy.deepcopy(base["spec"])
    pod = spec["podSpec"]
    for container in pod["containers"]:
        if dice.often():
            container["resources"] = {
                "requests": {"cpu": dice.choose("250m", "1", 2, "0.1"), "memory": dice.choose("512Mi", "1Gi", "1G")}
            }
        if dice.often(0.3):
            container.setdefault("resources", {})["limits"] = {"cpu": "4", "memory": "4Gi"}
        if dice.often(0.2):
            container.setdefault("env", []).append({"name": "EXTRA", "value": "1"})
        if dice.often(0.3):
            container["securityContext"] = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
    if dice.often(0.3):
        pod["securityContext"] = {"runAsNonRoot": True, "runAsUser": 1000, "seccompProfile": {"type": "RuntimeDefault"}}
    if dice.often(0.2):
        pod["initContainers"] = [
            {"name": "warm", "image": "registry.example/warm:1", "resources": {"requests": {"cpu": "3"}}}
        ]
    if dice.often(0.3):
        for claim in spec.get("volumeClaimTemplates", []):
            claim["spec"]["resources"] = {"requests": {"storage": dice.choose("2Gi", "20Gi")}}
            claim["spec"] |= dice.some(0.4, storageClassName=lambda: "fast")
    if dice.often(0.1):
        pod["volumes"] = []
    return seldon("ServerConfig", name, spec, **dice.some(0.2, labels=lambda: {"tier": "gold"}))


def _server(dice: Dice, name: str, configs: Mapping[str, KubeObject]) -> KubeObject:
    config = dice.choose(*configs)
    spec: KubeObject = {"serverConfig": config}
    if dice.often(0.7):
        spec["replicas"] = dice.number(0, 3)
        spec |= dice.some(
            0.5,
            minReplicas=lambda: min(spec["replicas"], dice.number(0, 2)),
            maxReplicas=lambda: spec["replicas"] + dice.number(0, 4),
        )
    spec |= dice.some(
        0.25,
        extraCapabilities=lambda: ["xgboost", "onnx"],
        capabilities=lambda: ["custom"],
        disableAutoUpdate=lambda: dice.often(),
        statefulSetPersistentVolumeClaimRetentionPolicy=lambda: {"whenDeleted": "Delete", "whenScaled": "Retain"},
        imageOverrides=lambda: {"containers": ["registry.example/mlserver:2"]},
    )
    if dice.often(0.6):
        containers = [container["name"] for container in configs[config]["spec"]["podSpec"]["containers"]]
        spec["podSpec"] = _pod_override(dice, dice.choose(*containers, *containers, name))
    return seldon(
        "Server",
        name,
        spec,
        **dice.some(0.2, labels=lambda: {"team": "a"}, annotations=lambda: {"example.org/note": "x"}),
    )


def _pod_override(dice: Dice, name: str) -> KubeObject:
    container: KubeObject = {"name": name}
    container |= dice.some(
        0.4,
        image=lambda: dice.choose("registry.example/mlserver:2", "docker.io/seldonio/mlserver:1.7.1"),
        resources=lambda: {
            "requests": {"cpu": dice.choose("2", "300m"), "memory": "2Gi"},
            **dice.some(0.5, limits=lambda: {"cpu": "4", "memory": "4Gi"}),
        },
        env=lambda: [
            {"name": "MLSERVER_PARALLEL_WORKERS", "value": "2"},
            {"name": "SELDON_LOG_LEVEL", "value": "debug"},
        ],
        ports=lambda: [{"name": "debug", "containerPort": 5678}],
        volumeMounts=lambda: [{"name": "cache", "mountPath": "/cache"}],
    )
    return {
        "containers": [container],
        **dice.some(
            0.2,
            nodeSelector=lambda: {"gpu": "true"},
            tolerations=lambda: [{"key": "gpu", "operator": "Exists"}],
            volumes=lambda: [{"name": "cache", "emptyDir": {}}],
            terminationGracePeriodSeconds=lambda: 5,
            serviceAccountName=lambda: "seldon-server",
            priorityClassName=lambda: "gold",
            runtimeClassName=lambda: "nvidia",
            overhead=lambda: {"cpu": "50m"},
        ),
    }


def _model(dice: Dice, name: str, servers: Sequence[str]) -> KubeObject:
    uri = dice.choose("gs://seldon-models/mlserver/iris", "s3://models/iris", "/mnt/models/iris")
    spec: KubeObject = {
        "storageUri": uri,
        "requirements": dice.several(["sklearn", "python", "xgboost", "tensorflow"], 2, 1),
    }
    spec |= dice.some(
        0.4, memory=lambda: dice.choose("100Ki", "2Gi"), replicas=lambda: dice.number(0, 2), secretName=lambda: "minio"
    )
    if servers and dice.often():
        spec["server"] = dice.choose(*servers)
    return seldon("Model", name, spec)


def _experiments(dice: Dice, models: Sequence[KubeObject]) -> list[KubeObject]:
    names = [model["metadata"]["name"] for model in models]
    if len(names) < 2 or dice.often(0.4):
        return []
    spec: KubeObject = {
        "default": names[0],
        "candidates": [{"name": names[0], "weight": 80}, {"name": names[1], "weight": 20}],
    }
    if len(names) > 2 and dice.often():
        spec["mirror"] = {"name": names[2], "percent": 100}
    return [seldon("Experiment", "ab-test", spec)]


def _pipeline(dice: Dice, name: str, models: Sequence[KubeObject]) -> KubeObject:
    steps = [{"name": model["metadata"]["name"]} for model in dice.several(models, 3, 1)]
    for before, step in zip(steps, steps[1:], strict=False):
        step["inputs"] = [before["name"]]
    return seldon("Pipeline", name, {"steps": steps, "output": {"steps": [steps[-1]["name"]]}})
