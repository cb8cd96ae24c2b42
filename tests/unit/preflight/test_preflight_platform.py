# SPDX-License-Identifier: GPL-3.0-or-later
"""Problems of the requested platform that a cluster's objects show."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.crd_keep.keep import operations
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.render import as_line
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.discovery import Discovery
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.preflight.cluster import Cluster
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.preflight.offered import last_offered
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.preflight.platform import (
    check_cluster,
    is_available,
    unprotected,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.preflight.releases import Release, State
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.seldon.crds import CRD_NAMES

from tests.unit.preflight.test_preflight_options import request

CRDS, SETUP = "seldon-core-v2-crds", "seldon-core-v2-setup"
SERVERS = "servers.mlops.seldon.io"


def owned(release: str, namespace: str = "seldon-system", **annotations: str) -> dict[str, str]:
    return {"meta.helm.sh/release-name": release, "meta.helm.sh/release-namespace": namespace, **annotations}


def crd(name: str = SERVERS, annotations: dict[str, str] | None = None, **metadata: Any) -> dict[str, Any]:
    return {"metadata": {"name": name, "uid": "1", "annotations": annotations, **metadata}}


def operator(*args: str, **status: int) -> dict[str, Any]:
    container = {
        "name": "manager",
        "image": "x/seldonv2-controller:2.10.2",
        "command": ["/manager"],
        "args": list(args),
    }
    replicas = {"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "availableReplicas": 1, **status}
    return {
        "metadata": {
            "name": "seldon-v2-controller-manager",
            "namespace": "seldon-system",
            "generation": 1,
            "annotations": owned(SETUP),
        },
        "spec": {"replicas": 1, "selector": {}, "template": {"spec": {"containers": [container]}}},
        "status": replicas,
    }


OWN = operator("--namespace=seldon-system", "--clusterwide=false")


def cluster(**changes: Any) -> Cluster:
    found: dict[str, Any] = {
        "server_version": "v1.34.0",
        "discovery": Discovery([]),
        "namespace": None,
        "operator": None,
        "crds": {},
        "releases": [],
        "guard": None,
        "refused": [],
        "offered": last_offered("seldon-system", None),
    }
    return Cluster(**{**found, **changes})


def releases(state: State = State.ABSENT, version: str = "") -> dict[str, Release]:
    return {name: Release(name, state, version) for name in (CRDS, SETUP)}


def words(found: Cluster, judged: dict[str, Release] | None = None, **options: Any) -> list[str]:
    return [
        as_line(problem)
        for problem in check_cluster(found, request(**options), releases() if judged is None else judged)
    ]


def test_an_empty_cluster_is_fine() -> None:
    assert words(cluster()) == []


@pytest.mark.parametrize("version", ["v1.26.9", "unknown", "v1.9.0"])
def test_an_old_or_unknown_server_is_refused(version: str) -> None:
    (problem,) = words(cluster(server_version=version))
    assert f"the server reports version {version}; expected v1.27 or newer" in problem


def test_a_refused_read_is_never_absence() -> None:
    (problem,) = words(cluster(refused=[("Namespace seldon-system", "no permission")]))
    assert problem.startswith("Namespace seldon-system: cannot be read (no permission)")


def test_a_namespace_that_is_being_deleted_is_refused() -> None:
    (problem,) = words(cluster(namespace={"metadata": {"name": "seldon-system", "deletionTimestamp": "x"}}))
    assert problem.startswith("Namespace seldon-system: is being deleted")


def test_own_crds_and_own_operator_are_fine() -> None:
    assert words(cluster(crds={SERVERS: crd(annotations=owned(CRDS))}, operator=OWN)) == []


def test_crds_of_one_foreign_release_are_one_problem() -> None:
    crds = {name: crd(name, owned(CRDS, "seldon-mesh")) for name in CRD_NAMES}
    (problem,) = words(cluster(crds=crds))
    assert "belongs to Helm release seldon-core-v2-crds in namespace seldon-mesh" in problem
    assert "set seldon_core_namespace to seldon-mesh" in problem
    assert all(name in problem for name in CRD_NAMES)


def test_crds_of_nobodys_release_cannot_be_taken_by_helm() -> None:
    (problem,) = words(cluster(crds={SERVERS: crd()}))
    assert "no Helm release owns it" in problem
    assert "seldon_core_manage to false" in problem


def test_what_is_current_is_not_questioned() -> None:
    assert words(cluster(crds={SERVERS: crd()}, operator=OWN), releases(State.CURRENT, "2.10.2")) == []


def test_a_crd_that_is_being_deleted_is_refused() -> None:
    (problem,) = words(cluster(crds={SERVERS: crd(annotations=owned(CRDS), deletionTimestamp="x")}))
    assert "is being deleted" in problem


def test_a_downgrade_is_one_problem_unless_allowed() -> None:
    judged = releases(State.OUTDATED, "2.10.2")
    (problem,) = words(cluster(), judged, version="2.9.1")
    assert "2.10.2 is installed, 2.9.1 is asked for" in problem
    assert words(cluster(), judged, version="2.9.1", allow_downgrade=True) == []


@pytest.mark.parametrize(
    ("found", "texts"),
    [
        (None, ["does not exist"]),
        (OWN, []),
        (operator("--clusterwide=true"), ["watches every namespace"]),
        (operator("--clusterwide=perhaps"), ["watches unknown"]),
        (operator("--namespace=seldon-system", availableReplicas=0), ["is not available"]),
    ],
)
def test_a_platform_of_others_has_to_be_there_and_scoped(found: dict[str, Any] | None, texts: list[str]) -> None:
    served = Discovery([]).with_seldon()
    problems = words(cluster(operator=found, discovery=served), {}, manage=False)
    assert len(problems) == len(texts)
    assert all(text in problem for text, problem in zip(texts, problems, strict=True))


def test_missing_kinds_are_named() -> None:
    (problem,) = words(cluster(operator=OWN), {}, manage=False)
    assert all(name in problem for name in CRD_NAMES)


@pytest.mark.parametrize(
    "change", [{"observedGeneration": 0}, {"updatedReplicas": 0}, {"availableReplicas": 0}, {"replicas": 2}]
)
def test_availability_is_that_of_the_newest_revision(change: dict[str, int]) -> None:
    assert is_available(OWN)
    assert not is_available(operator(**change))
    assert not is_available(None)


def test_only_the_live_annotation_protects() -> None:
    kept = crd("models.mlops.seldon.io", {"helm.sh/resource-policy": "keep"})
    crds = {SERVERS: crd(), "models.mlops.seldon.io": kept}
    assert unprotected(cluster(crds=crds)) == [SERVERS]


def test_the_patch_adds_one_annotation_to_that_very_crd() -> None:
    test = {"op": "test", "path": "/metadata/uid", "value": "1"}
    added = {"op": "add", "path": "/metadata/annotations/helm.sh~1resource-policy", "value": "keep"}
    assert operations(crd(annotations={"a": "b"})["metadata"]) == [test, added]
    everything = {"op": "add", "path": "/metadata/annotations", "value": {"helm.sh/resource-policy": "keep"}}
    assert operations(crd()["metadata"]) == [test, everything]
