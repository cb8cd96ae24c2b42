# SPDX-License-Identifier: GPL-3.0-or-later
"""References to objects that neither the folder nor the cluster has."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.render import as_text
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube import resources as known
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resource import Resource
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.manifests.manifest import Manifest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.options.tenant_options import (
    parse_options,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.pods.owners import pod_owners
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.references.existing import (
    COMPLETE,
    Existing,
    planned_names,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.references.given import (
    all_names,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.references.missing import (
    Missing,
    missing,
    wanted_kinds,
)

from tests.unit.tenant.builders import KubeObject, platform, seldon, seldon_config, server, server_config
from tests.unit.tenant.test_tenant_plan import render

Live = dict[Resource, set[str]]


def judge(
    *team: KubeObject,
    live: Live | None = None,
    unread: dict[Resource, str] | None = None,
    on: Any = None,
    **options: Any,
) -> Missing:
    plan = render(*team, on=on, **options)
    manifests = [Manifest(obj, "team.yaml", 1, index) for index, obj in enumerate(team)]
    planned = planned_names(plan, manifests)
    names = {
        resource: set(planned.get(resource, ())) | (live or {}).get(resource, set())
        for resource in {*planned, *(live or {})}
    }
    runtime = parse_options({"name": "t", **options}).runtime
    given = all_names(plan.resolved, runtime, pod_owners(plan.resolved, team), team)
    return missing(given, Existing(names, unread or {}), "t")


def warnings(*team: KubeObject, **more: Any) -> list[str]:
    found = judge(*team, **more)
    assert not found.errors
    return [as_text(warning) for warning in found.warnings]


def obj(kind: str, name: str, api_version: str = "v1", **parts: Any) -> KubeObject:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name}, **parts}


def deployment(**pod: Any) -> KubeObject:
    return obj("Deployment", "web", "apps/v1", spec={"template": {"spec": {"containers": [{"name": "web"}], **pod}}})


def with_env(**source: Any) -> KubeObject:
    return deployment(containers=[{"name": "web", "env": [{"name": "E", "valueFrom": source}]}])


PODS = "its pods do not start without it"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (with_env(secretKeyRef={"name": "s", "key": "k"}), "Secret s (spec.template.spec.containers[web].env[E].valueFrom.secretKeyRef) does not exist in t: " + PODS),
        (with_env(configMapKeyRef={"name": "c", "key": "k"}), "ConfigMap c (spec.template.spec.containers[web].env[E].valueFrom.configMapKeyRef) does not exist in t: " + PODS),
        (deployment(containers=[{"name": "web", "envFrom": [{"secretRef": {"name": "s"}}]}]), "Secret s (spec.template.spec.containers[web].envFrom[0].secretRef) does not"),
        (deployment(volumes=[{"name": "v", "persistentVolumeClaim": {"claimName": "data"}}]), "PersistentVolumeClaim data (spec.template.spec.volumes[v].persistentVolumeClaim) does not"),
        (deployment(volumes=[{"name": "v", "projected": {"sources": [{"secret": {"name": "s"}}]}}]), "Secret s (spec.template.spec.volumes[v].projected.secret) does not"),
        (deployment(volumes=[{"name": "v", "csi": {"nodePublishSecretRef": {"name": "s"}}}]), "Secret s (spec.template.spec.volumes[v].csi.nodePublishSecretRef) does not"),
        (deployment(serviceAccountName="robot"), "ServiceAccount robot (spec.template.spec.serviceAccountName) does not exist in t: " + PODS),
        (deployment(priorityClassName="gold"), "PriorityClass gold (spec.template.spec.priorityClassName) does not exist in the cluster: " + PODS),
        (deployment(runtimeClassName="gvisor"), "RuntimeClass gvisor (spec.template.spec.runtimeClassName) does not exist in the cluster: " + PODS),
        (obj("PersistentVolumeClaim", "data", spec={"storageClassName": "fast"}), "StorageClass fast (spec.storageClassName) does not exist in the cluster: its volumes are not provisioned without it"),
        (obj("StatefulSet", "db", "apps/v1", spec={"serviceName": "db"}), "Service db (spec.serviceName) does not exist in t: it does not work without it"),
        (obj("StatefulSet", "db", "apps/v1", spec={"volumeClaimTemplates": [{"spec": {"storageClassName": "fast"}}]}), "StorageClass fast (spec.volumeClaimTemplates[0].spec.storageClassName) does not"),
        (obj("Ingress", "i", "networking.k8s.io/v1", spec={"defaultBackend": {"service": {"name": "web"}}}), "Service web (spec.defaultBackend.service.name) does not exist in t"),
        (obj("Ingress", "i", "networking.k8s.io/v1", spec={"rules": [{"http": {"paths": [{"backend": {"service": {"name": "web"}}}]}}]}), "Service web (spec.rules[0].http.paths[0].backend.service.name) does not"),
        (obj("Ingress", "i", "networking.k8s.io/v1", spec={"tls": [{"secretName": "tls"}]}), "Secret tls (spec.tls[0].secretName) does not exist in t"),
        (obj("Ingress", "i", "networking.k8s.io/v1", spec={"ingressClassName": "nginx"}), "IngressClass nginx (spec.ingressClassName) does not exist in the cluster"),
        (obj("HorizontalPodAutoscaler", "h", "autoscaling/v2", spec={"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}}), "Deployment web (spec.scaleTargetRef.name) does not"),
        (obj("CronJob", "c", "batch/v1", spec={"jobTemplate": {"spec": {"template": {"spec": {"serviceAccountName": "robot"}}}}}), "ServiceAccount robot (spec.jobTemplate.spec.template.spec.serviceAccountName) does not"),
        (seldon("Model", "m", {"secretName": "s3"}), "Secret s3 (spec.secretName) does not exist in t: the Model is not loaded without it"),
        (seldon("Model", "m", {"explainer": {"modelRef": "iris"}}), "Model iris (spec.explainer.modelRef) does not exist in t: it does not work without it"),
        (seldon("Model", "m", {"llm": {"pipelineRef": "p"}}), "Pipeline p (spec.llm.pipelineRef) does not exist in t"),
        (seldon("Pipeline", "p", {"input": {"externalInputs": ["q.outputs"]}}), "Pipeline q (spec.input.externalInputs[0]) does not exist in t"),
        (seldon("Pipeline", "p", {"input": {"externalTriggers": ["q"]}}), "Pipeline q (spec.input.externalTriggers[0]) does not exist in t"),
    ],
)  # fmt: skip
def test_what_may_still_come_is_a_warning(given: KubeObject, said: str) -> None:
    (text,) = warnings(given)
    assert said in text.splitlines()[0]


@pytest.mark.parametrize(
    "given",
    [
        with_env(secretKeyRef={"name": "s", "key": "k", "optional": True}),
        deployment(volumes=[{"name": "v", "configMap": {"name": "c", "optional": True}}]),
        deployment(imagePullSecrets=[{"name": "pull"}]),
        deployment(priorityClassName="system-node-critical"),
        deployment(serviceAccountName="default"),
        deployment(serviceAccountName="seldon-server", volumes=[{"name": "v", "configMap": {"name": "seldon-agent"}}]),
        deployment(volumes=[{"name": "v", "configMap": {"name": "kube-root-ca.crt"}}]),
        obj("Ingress", "i", "networking.k8s.io/v1", spec={"defaultBackend": {"service": {"name": "seldon-mesh"}}}),
        obj("HorizontalPodAutoscaler", "h", "autoscaling/v2", spec={"scaleTargetRef": {"kind": "Widget", "name": "w"}}),
    ],
)
def test_what_is_optional_or_comes_by_itself_is_not_missing(given: KubeObject) -> None:
    assert warnings(given) == []


def test_the_folder_and_the_cluster_count() -> None:
    named = with_env(secretKeyRef={"name": "creds", "key": "k"})
    assert warnings(named, obj("Secret", "creds")) == []
    assert warnings(named, live={known.SECRET: {"creds"}}) == []
    assert warnings(named, live={known.SECRET: {"cred"}})[0].endswith('\n  did you mean "cred"?')
    assert warnings(named)[0].endswith("\n  correct the name, or create it in t")


def test_an_object_that_makes_the_secret_counts() -> None:
    named = with_env(secretKeyRef={"name": "creds", "key": "k"})
    external = obj("ExternalSecret", "vault", "external-secrets.io/v1", spec={"target": {"name": "creds"}})
    certificate = obj("Certificate", "c", "cert-manager.io/v1", spec={"secretName": "creds"})
    sealed = obj("SealedSecret", "creds", "bitnami.com/v1alpha1")
    for maker in (external, certificate, sealed):
        assert warnings(named, maker) == []


def test_services_and_claims_of_servers_count() -> None:
    own = server_config("own")
    own["spec"]["volumeClaimTemplates"] = [{"name": "models", "spec": {"storageClassName": "fast"}}]
    team = [
        own,
        server("s", "own"),
        deployment(volumes=[{"name": "v", "persistentVolumeClaim": {"claimName": "models-s-0"}}]),
    ]
    ingress = obj("Ingress", "i", "networking.k8s.io/v1", spec={"defaultBackend": {"service": {"name": "s-0"}}})
    (text,) = warnings(*team, ingress)
    assert text.startswith("ServerConfig own: StorageClass fast (spec.volumeClaimTemplates[0].spec.storageClassName)")


def test_a_name_in_a_server_config_is_about_the_server_config() -> None:
    own = server_config("own")
    own["spec"]["podSpec"]["volumes"] = [{"name": "v", "secret": {"secretName": "tls"}}]
    override = {"serverConfig": "own", "podSpec": {"runtimeClassName": "nvidia"}}
    assert [text.splitlines()[0] for text in warnings(own, seldon("Server", "s", override))] == [
        f"Server s: RuntimeClass nvidia (spec.podSpec.runtimeClassName) does not exist in the cluster: {PODS}",
        f"ServerConfig own: Secret tls (spec.podSpec.volumes[v].secret) does not exist in t: {PODS}",
    ]


def test_one_missing_object_of_many_is_reported_once() -> None:
    models = [seldon("Model", f"m{number}", {"secretName": "s3"}) for number in range(6)]
    (text,) = warnings(*models)
    assert text.startswith("Model m0: Secret s3") and "also named by Model m1, Model m2, Model m3 and 2 more" in text


def test_members_of_experiments_and_steps_are_errors_with_the_near_spelling() -> None:
    members = {
        "candidates": [{"name": "iris", "weight": 1}, {"name": "irs", "weight": 1}],
        "mirror": {"name": "x", "percent": 1},
    }
    pipeline = seldon("Pipeline", "p", {"steps": [{"name": "iris"}, {"name": "absent"}]})
    found = judge(seldon("Model", "iris"), seldon("Experiment", "e", members), pipeline)
    assert not found.warnings
    assert [as_text(error) for error in found.errors] == [
        'Experiment e: Model irs (spec.candidates[1].name) does not exist in t\n  did you mean "iris"?',
        "Experiment e: Model x (spec.mirror.name) does not exist in t\n  correct the name, or create it in t",
        "Pipeline p: Model absent (spec.steps[1].name) does not exist in t\n  correct the name, or create it in t",
    ]


def test_an_experiment_of_the_other_kind() -> None:
    members = {"candidates": [{"name": "p", "weight": 1}]}
    found = judge(seldon("Pipeline", "p", {}), seldon("Experiment", "e", members))
    assert found.errors[0].next_step == "Pipeline p exists: set spec.resourceType: pipeline"


def test_the_tenants_own_option_names_a_secret() -> None:
    (text,) = warnings(
        on=platform(seldon_configs=[seldon_config(namespace="seldon-system")]), runtime={"rclone_secrets": ["s3"]}
    )
    assert text.splitlines()[0] == (
        "tenant_namespace_runtime.rclone_secrets: Secret s3 (spec.config.agentConfig.rclone.config_secrets) does not exist in t: "
        "the agents of all Servers stop without it"
    )


def test_names_that_could_not_be_read_are_not_taken_for_missing() -> None:
    (text,) = warnings(
        deployment(priorityClassName="gold"), unread={known.PRIORITY_CLASS: "priorityclasses is forbidden"}
    )
    assert text == (
        "PriorityClass: whether gold exists is not known, because the names could not be read: priorityclasses is forbidden\n"
        "  named by Deployment web\n"
        "  grant the user of the run list on priorityclasses.scheduling.k8s.io, or ignore this"
    )


def test_only_kinds_that_decide_something_are_read() -> None:
    team = [with_env(secretKeyRef={"name": "creds", "key": "k"}), obj("Secret", "creds"), seldon("Model", "m")]
    plan = render(*team)
    planned = Existing(planned_names(plan, [Manifest(entry, "f", 1, index) for index, entry in enumerate(team)]))
    given = [*all_names(plan.resolved, parse_options({"name": "t"}).runtime, pod_owners(plan.resolved, team), team)]
    assert wanted_kinds(given, planned, COMPLETE) == []
    assert wanted_kinds(given, Existing(), COMPLETE) == [known.SECRET]
