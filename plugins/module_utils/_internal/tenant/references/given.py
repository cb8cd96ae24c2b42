# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every name that a tenant's objects give of others, with the object that has to be changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from ...diagnosis.subject import Subject, option
from ...kube.builtin_references import builtin_references, claim_references
from ...kube.object_reference import ObjectReference, reference
from ...kube.objects import mapping, name_of, of, spec_of
from ...kube.pod_references import pod_references
from ...kube.resources import EXPERIMENT, MODEL, PIPELINE, SECRET, SELDON_RUNTIME, SERVER, SERVER_CONFIG
from ...kube.types import KubeObject
from ...resolved_tenant.resolved_tenant import ResolvedTenant
from ...seldon.inference_references import inference_references
from ..options.runtime import RuntimeOptions
from ..pods.owners import PodOwner


class Given(NamedTuple):
    """A reference with the object that gives it. ``effect``: what does not happen without the other object."""

    subject: Subject
    reference: ObjectReference
    effect: str


_OPTION = "tenant_namespace_runtime.rclone_secrets"
_PODS = "its pods do not start without it"
_NOT_LOADED = "the Model is not loaded without it"
_NO_CLAIM = "its volumes are not provisioned without it"
_NO_AGENT = "the agents of all Servers stop without it"
_NOT_WORKING = "it does not work without it"


def all_names(
    tenant: ResolvedTenant, runtime: RuntimeOptions, owners: Iterable[PodOwner], team: Sequence[KubeObject]
) -> list[Given]:
    """Those of the team's objects, of the ServerConfigs and SeldonConfigs in use, and of the tenant's options."""
    return [
        *inference_names(team),
        *storage_secrets(tenant, runtime),
        *pod_names(owners, tenant.name),
        *server_claims(tenant),
        *object_names(team),
    ]


def pod_names(owners: Iterable[PodOwner], tenant: str) -> Iterator[Given]:
    """The references of pod specs without which pods do not start. A reference in a ServerConfig or SeldonConfig is about
    that object, without its namespace where it is the tenant's own.
    """
    for owner in owners:
        base = {
            (found.resource, found.name) for found in pod_references(mapping(owner.base.spec if owner.base else None))
        }
        for found in pod_references(mapping(owner.spec)):
            if not found.optional:
                given_by_base = owner.base is not None and (found.resource, found.name) in base
                origin = owner.base if given_by_base and owner.base is not None else owner.override
                subject = origin.subject
                subject = replace(subject, namespace="") if subject.namespace == tenant else subject
                yield Given(subject, found._replace(field=origin.path_of(f"spec.{found.field}")), _PODS)


def server_claims(tenant: ResolvedTenant) -> Iterator[Given]:
    """The StorageClasses of the ServerConfigs in use."""
    for server in tenant.planned_servers:
        subject = Subject(SERVER_CONFIG.kind, name_of(server.config))
        for position, claim in enumerate(server.effective.volume_claim_templates):
            for found in claim_references(spec_of(claim), f"spec.volumeClaimTemplates[{position}].spec"):
                yield Given(subject, found, _NO_CLAIM)


def storage_secrets(tenant: ResolvedTenant, options: RuntimeOptions) -> Iterator[Given]:
    """The Secrets with credentials of model storage that the agents read at their start. Those of the tenant's option are
    about the option.
    """
    for runtime in tenant.runtimes:
        secrets = mapping(mapping(runtime.settings.get("agentConfig")).get("rclone")).get("config_secrets")
        for name in secrets if isinstance(secrets, list) else ():
            is_option = name in options.rclone_secrets
            subject = option(_OPTION) if is_option else Subject(SELDON_RUNTIME.kind, name_of(runtime.runtime))
            for found in reference("spec.config.agentConfig.rclone.config_secrets", SECRET, name):
                yield Given(subject, found, _NO_AGENT)


def object_names(team: Iterable[KubeObject]) -> Iterator[Given]:
    """The references of the team's objects of Kubernetes' own kinds, outside of pod specs."""
    for obj in team:
        for found in builtin_references(obj):
            if not found.optional:
                effect = _NO_CLAIM if found.field.endswith("storageClassName") else _NOT_WORKING
                yield Given(Subject(str(obj.get("kind")), name_of(obj)), found, effect)


def inference_names(team: Iterable[KubeObject]) -> Iterator[Given]:
    """The references of the team's Models, Experiments and Pipelines. A Model's Server is judged with its requirements."""
    objects = list(team)
    for resource in (MODEL, EXPERIMENT, PIPELINE):
        for obj in of(resource, objects):
            for found in inference_references(resource, obj):
                if found.resource != SERVER:
                    effect = _NOT_LOADED if found.resource == SECRET else _NOT_WORKING
                    yield Given(Subject(resource.kind, name_of(obj)), found, effect)
