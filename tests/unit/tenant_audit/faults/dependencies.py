# SPDX-License-Identifier: GPL-3.0-or-later
"""Dependencies on objects of others: TA8xx."""

from __future__ import annotations

from ..cluster import OTHER, OWN, PLATFORM, Cluster, Obj
from .table import FAULTS, Fault, fault


def container(c: Cluster) -> Obj:
    found: Obj = c.get("serverconfigs", "mlserver-config")["spec"]["podSpec"]["containers"][0]
    return found


def depends(rule: str, what: str, value: str) -> None:
    FAULTS.append(
        Fault(rule, what, lambda c: container(c).setdefault("env", []).append({"name": "ENDPOINT", "value": value}))
    )


depends("TA801", "another tenant's mesh", f"http://seldon-mesh.{OTHER}/v2")
depends("TA801", "another tenant's scheduler in full", f"seldon-scheduler.{OTHER}.svc.cluster.local:9004")
depends("TA802", "the platform's scheduler", f"seldon-scheduler.{PLATFORM}:9004")
depends("TA803", "a shared Service", "http://features.default.svc:8080")
depends("TA804", "a namespace that does not exist", "http://mlflow.mlflow.svc:5000")


@fault("TA801", "in an argument")
def _(c: Cluster) -> None:
    container(c)["args"] = [f"--tracker=http://tracker.{OTHER}.svc"]


@fault("TA801", "in a URI")
def _(c: Cluster) -> None:
    c.get("models", "fraud-v1-baseline")["spec"]["storageUri"] = f"http://models.{OTHER}.svc/fraud"


@fault("TA805", "a Secret that is not there")
def _(c: Cluster) -> None:
    c.get("models", "fraud-v1-baseline")["spec"]["secretName"] = "absent"


@fault("TA805", "a variable of a Secret that is not there")
def _(c: Cluster) -> None:
    container(c).setdefault("env", []).append(
        {"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": "absent", "key": "token"}}}
    )


@fault("TA806", "a ConfigMap that is not there")
def _(c: Cluster) -> None:
    c.get("serverconfigs", "mlserver-config")["spec"]["podSpec"].setdefault("volumes", []).append(
        {"name": "more", "configMap": {"name": "absent"}}
    )


@fault("TA807", "placed by another tenant's pods")
def _(c: Cluster) -> None:
    term = {"namespaces": [OTHER], "topologyKey": "kubernetes.io/hostname"}
    c.get("serverconfigs", "mlserver-config")["spec"]["podSpec"]["affinity"] = {
        "podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}
    }


@fault("TA808", "a name that leads to another tenant")
def _(c: Cluster) -> None:
    c.add("services", "mesh", spec={"type": "ExternalName", "externalName": f"seldon-mesh.{OTHER}.svc.cluster.local"})


@fault("TA809", "a name that leads out")
def _(c: Cluster) -> None:
    c.add("services", "tracker", spec={"type": "ExternalName", "externalName": "tracker.example.com"})


@fault("TA810", "another tenant's Model in an Experiment")
def _(c: Cluster) -> None:
    c.get("experiments", "fraud-ab-test-experiment")["spec"]["candidates"].append({"name": "next-basket", "weight": 10})


@fault("TA811", "a Model that is nowhere in an Experiment")
def _(c: Cluster) -> None:
    c.get("experiments", "fraud-ab-test-experiment")["spec"]["mirror"] = {"name": "absent", "percent": 10}


@fault("TA813", "a config whose name begins with another tenant's, which nothing publishes")
def _(c: Cluster) -> None:
    c.get("servers", "mlserver")["spec"]["serverConfig"] = f"{OTHER}.mlserver-config"


@fault("TA813", "a config of the platform's whose name begins with the tenant's own")
def _(c: Cluster) -> None:
    c.add("serverconfigs", f"{OWN}.mlserver-config", PLATFORM, spec={})
    c.get("servers", "mlserver")["spec"]["serverConfig"] = f"{OWN}.mlserver-config"


@fault("TA813", "a config that is the platform's only")
def _(c: Cluster) -> None:
    c.get("servers", "mlserver")["spec"]["serverConfig"] = "triton"


@fault("TA814", "a Server that does not exist")
def _(c: Cluster) -> None:
    c.get("models", "fraud-v1-baseline")["spec"]["server"] = "absent"


@fault("TA815", "a Model in no team's namespace")
def _(c: Cluster) -> None:
    c.add("models", "lost", "default", spec={})
