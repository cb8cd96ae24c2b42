# SPDX-License-Identifier: GPL-3.0-or-later
"""Random objects for the guard: combined parts of the cases, and strings made of the words in its patterns."""

from __future__ import annotations

from functools import reduce
from typing import Any

from hypothesis import strategies as st

from tests.conformance.guard.cases import (
    FOREIGN_IMAGES,
    HOSTILE_ANNOTATIONS,
    HOSTILE_LABELS,
    HOSTILE_PODS,
    HOSTILE_SERVICES,
    HOSTILE_URIS,
    ORDINARY_PODS,
    ORDINARY_URIS,
    OWN_IMAGES,
    SELDON_PODS,
)
from tests.conformance.guard.objects import (
    TENANT,
    Json,
    claim,
    container,
    cron_job,
    deployment,
    env,
    job,
    model,
    pod,
    seldon_config,
    seldon_runtime,
    server,
    server_config,
    service,
    stateful_set,
)


def _words(*words: str, most: int = 7) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(words), min_size=1, max_size=most).map("".join)


_IMAGES = st.one_of(
    st.sampled_from((*FOREIGN_IMAGES, *OWN_IMAGES)),
    _words(
        "registry.example",
        "registry",
        ".",
        "evil.io",
        "docker.io",
        "index.",
        "seldonio",
        "library",
        "localhost",
        "team",
        "/",
        ":",
        "5000",
        "@",
        "sha256",
        "A",
        "a",
        "-",
        "\u00e9",
        " ",
    ),
)
_HOSTS = _words(
    "seldon-scheduler",
    "a",
    ".",
    TENANT,
    "other",
    "svc",
    "cluster.local",
    "127.0.0.1",
    "[::1]",
    "$(A)",
    "0.0.0.0",
    "A",
    "-",
    "\n",
)
_URIS = st.one_of(
    st.sampled_from([*(uri for uri, _rule in HOSTILE_URIS), *ORDINARY_URIS]),
    _words(
        "http",
        "s3",
        "file",
        "LOCAL",
        ":",
        "://",
        "/",
        "//",
        "@",
        ",",
        ".",
        "..",
        TENANT,
        "other",
        "svc",
        ".svc",
        "cluster.local",
        "localhost",
        "169.254.169.254",
        "etc",
        "rclone",
        "[::1]",
        "kubernetes",
        ".default",
        "a",
        "\u212a",
        "\n",
        " ",
        most=9,
    ),
)
_FLAGS = _words("-", "--", "scheduler-host", "envoy-host", "=", "a", "host", "\n", most=4)
_VARIABLES = st.sampled_from(
    (
        "SELDON_SCHEDULER_HOST",
        "SELDON_ENVOY_HOST",
        "SELDON_HOST",
        "SCHEDULER_HOST",
        "MY_SCHEDULER_HOST",
        "SELDON_HOSTS",
        "POD_NAMESPACE",
        "SELDON_POD_NAMESPACE",
        "NAMESPACE",
    )
)
_KEYS = st.sampled_from(
    [
        *(key for key, _value, _rule in (*HOSTILE_LABELS, *HOSTILE_ANNOTATIONS)),
        *(
            "team",
            "control-plane-2",
            "ml-platform-seldon/tenant",
            "sidecar-istio.io/inject",
            "mysidecar.istio.io/inject",
            "istio.io.example/a",
            "app.kubernetes.io/name",
        ),
        *(
            "prometheus.io/scrape",
            "x.cilium.io/a",
            "cilium.io/a",
            "xcilium.io/a",
            "iam.amazonaws.com.example/role",
            "seccomp.security.alpha.kubernetes.io.x/pod",
        ),
    ]
)
_LABELS = st.dictionaries(_KEYS, st.sampled_from(("a", "false", "seldon-scheduler", "seldon-envoy")), max_size=3)
_SERVICE_NAMES = _words(
    "a",
    ".",
    "svc",
    "cluster.local",
    TENANT,
    "other",
    "localhost",
    "169.254.169.254",
    "metadata",
    "kubernetes",
    "-",
    most=6,
)


def _united(below: Json, above: Json) -> Json:
    """Both merged: lists are concatenated, with containers and volumes renamed where names collide; the later scalar
    wins.
    """
    merged = dict(below)
    for key, value in above.items():
        before = merged.get(key)
        if isinstance(before, dict) and isinstance(value, dict):
            merged[key] = _united(before, value)
        elif isinstance(before, list) and isinstance(value, list):
            merged[key] = [*before, *value]
        else:
            merged[key] = value
    return merged


def _numbered(spec: Json) -> Json:
    """The spec with a unique name for every container and volume."""
    named = dict(spec)
    for key in ("containers", "initContainers", "volumes"):
        if key in spec:
            named[key] = [
                {
                    **one,
                    "name": one["name"] if one["name"] in ("agent", "rclone") and number == 0 else f"{key[0]}-{number}",
                }
                for number, one in enumerate(spec[key])
            ]
    return named


_PARTS: st.SearchStrategy[Json] = st.one_of(
    st.sampled_from([spec for _name, _rule, spec in (*HOSTILE_PODS, *SELDON_PODS)]),
    st.sampled_from([spec for _name, spec in ORDINARY_PODS]),
    _IMAGES.map(lambda image: container(image=image)),
    st.tuples(_VARIABLES, _HOSTS).map(lambda pair: env(name=pair[0], value=pair[1])),
    _FLAGS.map(lambda flag: container("rclone", args=["a", flag])),
    st.sampled_from(
        (
            "",
            "default",
            "seldon-server",
            "seldon-scheduler",
            "seldon-scheduler-2",
            "hodometer",
            "seldon-v2-controller-manager",
        )
    ).map(lambda name: pod(serviceAccountName=name)),
    st.sampled_from(("", "system-a", "system", "my-system-a")).map(lambda name: pod(priorityClassName=name)),
    st.sampled_from((0, 1, 9000)).map(lambda port: container(ports=[{"containerPort": 80, "hostPort": port}])),
)
_PODS = st.lists(_PARTS, min_size=1, max_size=4).map(lambda parts: _numbered(reduce(_united, parts)))
_CLAIMS = st.lists(st.sampled_from((claim(), claim(volumeName=""), claim(volumeName="pv-1"))), max_size=1)


def _metadata(make: Any) -> st.SearchStrategy[Json]:
    return st.builds(
        lambda labels, annotations, made: {
            **made,
            "metadata": {**made["metadata"], "labels": labels, "annotations": annotations},
        },
        _LABELS,
        _LABELS,
        make,
    )


SERVERS: st.SearchStrategy[Json] = _metadata(_PODS.map(server))
SERVER_CONFIGS: st.SearchStrategy[Json] = _metadata(st.builds(server_config, _PODS, _CLAIMS))
OBJECTS: st.SearchStrategy[Json] = st.one_of(
    SERVERS,
    SERVER_CONFIGS,
    _metadata(_PODS.map(seldon_runtime)),
    st.builds(lambda spec, labels: seldon_config(spec, labels=labels), _PODS, _LABELS),
    st.builds(deployment, _PODS, _LABELS, _LABELS),
    _PODS.map(job),
    _PODS.map(cron_job),
    st.builds(stateful_set, _PODS, _CLAIMS),
    _URIS.map(model),
    _SERVICE_NAMES.map(lambda name: service(type="ExternalName", externalName=name)),
    st.sampled_from([spec for _name, _rule, spec in HOSTILE_SERVICES]).map(lambda spec: service(**spec)),
)
