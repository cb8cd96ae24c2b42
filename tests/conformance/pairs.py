# SPDX-License-Identifier: GPL-3.0-or-later
"""Random ServerConfigs and Servers that Kubernetes accepts, most of the time also once they are merged.

Entries that the merge appends get different names in Server and ServerConfig, so that they do not collide. Values that
are zero in Go, several spellings of a quantity, and fields that Kubernetes defaults are frequent.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

Json = dict[str, Any]
Field = Callable[[], Any]
CONTAINERS = ("rclone", "agent", "mlserver")
CAPABILITIES = "SELDON_SERVER_CAPABILITIES"
_QUANTITIES = {
    "cpu": ("100m", "0.1", "1", "1000m", "2"),
    "memory": ("1Gi", "1024Mi", "1073741824", "0.5Gi", "128974848", "1e9"),
}


class Pairs:
    """Pair ``number`` depends on the seed only, not on the pairs that were made before."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def pair(self, number: int, namespace: str) -> tuple[Json, Json]:
        """ServerConfig and Server with the same name."""
        maker = _Maker(Random(f"{self._seed}/{number}"))  # noqa: S311
        name = f"pair-{number}"
        config = {"podSpec": maker.pod("c", whole=True), "volumeClaimTemplates": maker.claims()}
        return _object("ServerConfig", name, namespace, maker.metadata(), config), _object(
            "Server", name, namespace, maker.metadata(), maker.server(name)
        )


def _object(kind: str, name: str, namespace: str, metadata: Json, spec: Json) -> Json:
    return {
        "apiVersion": "mlops.seldon.io/v1alpha1",
        "kind": kind,
        "metadata": {"name": name, "namespace": namespace, **metadata},
        "spec": spec,
    }


class _Maker:
    """``side`` is c in a ServerConfig and s in a Server; it is part of names that have to differ between them."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._probed: set[tuple[str, str]] = set()

    def _often(self, chance: float = 0.5) -> bool:
        return self._random.random() < chance

    def _choose(self, *values: Any) -> Any:
        return self._random.choice(values)

    def _some(self, chance: float = 0.3, **fields: Field) -> Json:
        return {name: field() for name, field in fields.items() if self._often(chance)}

    def server(self, name: str) -> Json:
        spec: Json = {"serverConfig": name, "replicas": 0}
        if self._often(0.85):
            spec["podSpec"] = self.pod("s", whole=False)
        more = self._some(
            0.25,
            capabilities=lambda: self._choose([], ["sklearn"], ["a", "b"]),
            extraCapabilities=lambda: self._choose([], ["extra"], ["x", "y"]),
            disableAutoUpdate=lambda: self._choose(True, False),
        )
        return {**spec, **more}

    def metadata(self) -> Json:
        return self._some(
            0.5,
            labels=lambda: {
                key: self._choose("", "x", "y")
                for key in ("team", "app.kubernetes.io/name", "seldon-server-name", "tier")
                if self._often(0.4)
            },
            annotations=lambda: {
                key: self._choose("", "x", "{}")
                for key in ("note", "meta.helm.sh/release-name", "seldon.io/x", "z")
                if self._often(0.4)
            },
        )

    def claims(self) -> list[Json]:
        size = self._choose("1Gi", "1024Mi", "1073741824")
        spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}}
        return [
            {
                "name": "models",
                "spec": {
                    **spec,
                    **self._some(volumeMode=lambda: "Filesystem", storageClassName=lambda: self._choose("", "fast")),
                },
            }
        ]

    def pod(self, side: str, *, whole: bool) -> Json:
        names = list(CONTAINERS) if whole else [name for name in CONTAINERS if self._often(0.4)]
        if not whole and self._often(0.2):
            names.append("sidecar")
        self._random.shuffle(names)
        volumes = self._volumes(side)
        containers = [self._container(name, side, volumes, whole or name == "sidecar") for name in names]
        pod: Json = {"containers": containers} if containers or self._often(0.3) else {}
        if volumes or self._often(0.1):
            pod["volumes"] = volumes
        more = self._some(
            initContainers=lambda: [self._container(f"init-{side}", side, volumes, True)],
            serviceAccountName=lambda: self._choose("", "seldon-server", "other"),
            terminationGracePeriodSeconds=lambda: self._choose(0, 30, 120),
            nodeSelector=lambda: {key: self._choose("", "x", "y") for key in ("zone", "disk") if self._often()},
            tolerations=lambda: [
                {
                    "key": side,
                    "operator": "Exists",
                    **self._some(tolerationSeconds=lambda: 0, effect=lambda: "NoExecute"),
                }
                | {"effect": "NoExecute"}
            ],
            securityContext=self._pod_security,
            imagePullSecrets=lambda: [{"name": f"pull-{side}"}],
            hostAliases=lambda: [{"ip": "10.0.0.1", "hostnames": [f"{side}.example"]}],
            topologySpreadConstraints=lambda: [
                {
                    "topologyKey": f"zone-{side}",
                    "whenUnsatisfiable": "ScheduleAnyway",
                    "maxSkew": 1,
                    "labelSelector": self._selector(),
                }
            ],
            affinity=self._affinity,
            priorityClassName=lambda: self._choose("", "high"),
            schedulerName=lambda: self._choose("", "default-scheduler", "special"),
            dnsPolicy=lambda: self._choose("ClusterFirst", "Default"),
            dnsConfig=lambda: {"options": [{"name": f"ndots-{side}", "value": "2"}]},
            enableServiceLinks=lambda: self._choose(True, False),
            automountServiceAccountToken=lambda: self._choose(True, False),
            shareProcessNamespace=lambda: self._choose(True, False),
            setHostnameAsFQDN=lambda: self._choose(True, False),
            hostname=lambda: self._choose("", "h"),
            subdomain=lambda: self._choose("", "d"),
            runtimeClassName=lambda: "gvisor",
            readinessGates=lambda: [{"conditionType": f"example.com/{side}"}],
            restartPolicy=lambda: "Always",
            hostNetwork=lambda: False,
            hostPID=lambda: False,
        )
        return {**pod, **more}

    def _container(self, name: str, side: str, volumes: list[Json], whole: bool) -> Json:
        init = name.startswith("init-")
        container: Json = {"name": name}
        if whole or self._often():
            container["image"] = self._choose(
                "example/a:1", "example/a:latest", "example/a", "example.com:5000/b:2", f"example/c@sha256:{'0' * 64}"
            )
        mounts = [
            {"name": volume["name"], "mountPath": f"/mnt/{volume['name']}", **self._mount()}
            for volume in volumes
            if self._often(0.6)
        ]
        if side == "c" and not init and self._often():
            mounts.append({"name": "models", "mountPath": "/mnt/models"})
        more = self._some(
            imagePullPolicy=lambda: self._choose("Always", "IfNotPresent", "Never"),
            workingDir=lambda: self._choose("", "/work"),
            command=lambda: self._choose([], ["/bin/run", side]),
            args=lambda: self._choose([], ["--x"], ["", "--y", side]),
            env=lambda: self._environment(side),
            envFrom=lambda: [{"configMapRef": {"name": f"env-{side}", **self._optional()}}],
            ports=lambda: [
                {
                    "containerPort": 9000 if side == "c" else 9100,
                    "name": f"p-{side}",
                    **self._some(protocol=lambda: self._choose("TCP", "UDP")),
                }
            ],
            resources=self._resources,
            securityContext=self._security,
            terminationMessagePath=lambda: self._choose("", "/dev/termination-log", "/x"),
            terminationMessagePolicy=lambda: self._choose("File", "FallbackToLogsOnError"),
            stdin=lambda: self._choose(True, False),
            tty=lambda: self._choose(True, False),
        )
        if not init:
            more |= self._probes(name, whole)
        if mounts:
            more["volumeMounts"] = mounts
        return {**container, **more}

    def _probes(self, name: str, whole: bool) -> Json:
        """A probe needs exactly one handler, so overrides mostly change the numbers of an existing probe."""
        found = self._some(
            0.5 if whole else 0.3, livenessProbe=self._probe, readinessProbe=self._probe, startupProbe=self._probe
        )
        if whole:
            self._probed |= {(name, key) for key in found}
        else:
            known = [key for key in found if (name, key) in self._probed and self._often(0.95)]
            found |= {key: {k: v for k, v in found[key].items() if not isinstance(v, dict)} for key in known}
        return {**found, **self._some(0.3 if whole else 0.05, lifecycle=self._lifecycle)}

    def _environment(self, side: str) -> list[Json]:
        choices: list[Json] = [
            {"name": f"PLAIN_{side}", "value": self._choose("", "0", "x")},
            {"name": "BOTH", "value": side},
            {"name": CAPABILITIES, **self._capabilities()},
            {"name": f"EMPTY_{side}"},
            {
                "name": "POD_NAME",
                "valueFrom": {"fieldRef": {"fieldPath": "metadata.name", **self._some(apiVersion=lambda: "v1")}},
            },
            {
                "name": f"MEMORY_{side}",
                "valueFrom": {
                    "resourceFieldRef": {
                        "resource": "requests.memory",
                        "containerName": "mlserver",
                        **self._some(divisor=lambda: self._choose("0", "1", "1Mi")),
                    }
                },
            },
            {"name": f"KEY_{side}", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k", **self._optional()}}},
            {
                "name": f"SETTING_{side}",
                "valueFrom": {"configMapKeyRef": {"name": "s", "key": "k", **self._optional()}},
            },
        ]
        return [choice for choice in choices if self._often(0.4)]

    def _capabilities(self) -> Json:
        if self._often(0.2):
            return {"valueFrom": {"configMapKeyRef": {"name": "s", "key": "k"}}}
        return {"value": self._choose("", "mlserver", "a,b")}

    def _optional(self) -> Json:
        return self._some(optional=lambda: self._choose(True, False))

    def _resources(self) -> Json:
        return self._some(
            0.6,
            requests=lambda: {
                name: self._choose(*spellings[:3]) for name, spellings in _QUANTITIES.items() if self._often()
            },
            limits=lambda: {
                name: self._choose(*(("2000m", "2", "4") if name == "cpu" else ("2Gi", "2048Mi", "4Gi")))
                for name in _QUANTITIES
                if self._often()
            },
        )

    def _security(self) -> Json:
        return self._some(
            0.4,
            runAsUser=lambda: self._choose(0, 1000),
            runAsNonRoot=lambda: self._choose(True, False),
            readOnlyRootFilesystem=lambda: self._choose(True, False),
            privileged=lambda: False,
            capabilities=lambda: {"drop": ["ALL"]},
            seccompProfile=lambda: {"type": "RuntimeDefault"},
        )

    def _pod_security(self) -> Json:
        return self._some(
            0.4,
            fsGroup=lambda: self._choose(0, 1000),
            runAsUser=lambda: self._choose(0, 1000),
            runAsGroup=lambda: self._choose(0, 1000),
            runAsNonRoot=lambda: self._choose(True, False),
            supplementalGroups=lambda: [self._choose(1, 2)],
            sysctls=list,
            fsGroupChangePolicy=lambda: self._choose("Always", "OnRootMismatch"),
        )

    def _probe(self) -> Json:
        handler = self._choose(
            {"httpGet": {"port": self._choose(9000, "http"), **self._some(path=lambda: "/", scheme=lambda: "HTTP")}},
            {"tcpSocket": {"port": 9000}},
            {"exec": {"command": ["true"]}},
        )
        numbers = self._some(
            0.4,
            initialDelaySeconds=lambda: self._choose(0, 5),
            periodSeconds=lambda: self._choose(10, 3),
            timeoutSeconds=lambda: self._choose(1, 7),
            failureThreshold=lambda: self._choose(3, 9),
        )
        return {**handler, **numbers}

    def _lifecycle(self) -> Json:
        return {"preStop": {"httpGet": {"port": self._choose(9007, "http"), "path": "terminate"}}}

    def _mount(self) -> Json:
        return self._some(readOnly=lambda: self._choose(True, False), subPath=lambda: self._choose("", "sub"))

    def _selector(self) -> Json:
        return self._choose({}, {"matchLabels": {"a": "b"}})

    def _affinity(self) -> Json:
        term = {"topologyKey": "zone", "labelSelector": {"matchLabels": {"a": self._choose("b", "c")}}}
        return {
            "podAntiAffinity": {
                "preferredDuringSchedulingIgnoredDuringExecution": [
                    {"weight": self._choose(1, 100), "podAffinityTerm": term}
                ]
            }
        }

    def _volumes(self, side: str) -> list[Json]:
        mode = self._some(defaultMode=lambda: self._choose(0, 420, 256))
        choices: list[Json] = [
            {
                "name": f"empty-{side}",
                "emptyDir": self._some(
                    sizeLimit=lambda: self._choose("1Gi", "1024Mi"), medium=lambda: self._choose("", "Memory")
                ),
            },
            {"name": f"config-{side}", "configMap": {"name": "seldon-agent", **mode, **self._optional()}},
            {"name": f"secret-{side}", "secret": {"secretName": "seldon", **mode, **self._optional()}},
            {
                "name": f"token-{side}",
                "projected": {
                    "sources": [
                        {
                            "serviceAccountToken": {
                                "path": "token",
                                **self._some(expirationSeconds=lambda: self._choose(3600, 7200)),
                            }
                        }
                    ],
                    **mode,
                },
            },
            {
                "name": f"about-{side}",
                "downwardAPI": {"items": [{"path": "labels", "fieldRef": {"fieldPath": "metadata.labels"}}], **mode},
            },
            {
                "name": f"claim-{side}",
                "persistentVolumeClaim": {
                    "claimName": "data",
                    **self._some(readOnly=lambda: self._choose(True, False)),
                },
            },
        ]
        return [choice for choice in choices if self._often(0.3)]
