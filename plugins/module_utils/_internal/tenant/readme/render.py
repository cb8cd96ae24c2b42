# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The README of a tenant's namespace: whose it is, what it may use, which configs it has, how to reach and to change
it.

Nothing in it moves by itself, so that a run that changes nothing else does not change it: what is in use stands only
where it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...kube.objects import mapping, mappings, name_of, of, spec_of
from ...kube.resources import CONFIG_MAP, EXPERIMENT, LIMIT_RANGE
from ...kube.types import KubeObject
from ...monitoring.dashboard import folder
from ...ownership.labels import tenant_labels
from ...quota.report import Line
from ...quota_check.data import percent
from ...resolved_tenant.reference import Reference, Source
from ..options.tenant_options import TenantOptions
from ..render import TenantPlan
from .markdown import table, text

NAME = "tenant-readme"
KEY = "README.md"
README_REASON = "the platform makes it, from tenant_namespace_readme"
PLATFORM_CONFIG_MAPS = {(CONFIG_MAP.group_kind, NAME): README_REASON}
"""(``Kind.group``, name) of what a team's folder could hold too, with the reason why it is left."""
MOST = 100
"""Names in one list: a ConfigMap holds at most 1 MiB."""


def readme_config_map(options: TenantOptions, plan: TenantPlan, team: Sequence[KubeObject]) -> KubeObject:
    """Read it by ``kubectl get configmap tenant-readme -o jsonpath='{.data.README\\.md}'``."""
    return {
        "apiVersion": CONFIG_MAP.api_version,
        "kind": CONFIG_MAP.kind,
        "metadata": {"name": NAME, "namespace": options.name, "labels": tenant_labels(options.name)},
        "data": {KEY: readme(options, plan, team)},
    }


def readme(options: TenantOptions, plan: TenantPlan, team: Sequence[KubeObject], use: Sequence[Line] = ()) -> str:
    """Markdown. ``team`` are the team's objects that are applied; ``use`` is what of each quota will be in use."""
    sections = [
        [f"# {options.name}"],
        [text(options.readme.description)] if options.readme.description else [],
        ["Made by the platform from what it knows of this namespace; changes by hand are not kept up to date."],
        _contacts(options),
        _owners(options),
        _quota(options, use),
        _limits(plan),
        _configs(options, plan.resolved.references),
        _served(plan, team),
        _endpoints(options.name),
        _deploy(options.name),
        _monitoring(options),
    ]
    return "\n\n".join("\n".join(lines) for lines in sections if lines) + "\n"


def _contacts(options: TenantOptions) -> list[str]:
    people = [f"- the team: {text(entry)}" for entry in options.readme.contacts]
    people += [f"- the platform team: {text(entry)}" for entry in options.readme.platform_contacts]
    return ["## Whom to ask", "", *(people or ["Nobody is named."])]


def _owners(options: TenantOptions) -> list[str]:
    rows = []
    for profile, members in options.access.profiles.items():
        people = [
            *members.groups,
            *members.users,
            *(f"ServiceAccount {account.name}" for account in options.service_accounts if account.role == profile),
        ]
        rows.append((f"{profile}s (Role `tenant-{profile}`)", ", ".join(map(text, people)) or "nobody"))
    return ["## Owners", "", *table(("who may", "groups, users and accounts"), rows)]


def _quota(options: TenantOptions, use: Sequence[Line]) -> list[str]:
    if not use:
        rows = [(f"`{key}`", text(hard)) for key, hard in sorted(options.quota.items())]
        command = f"In use now: `kubectl describe resourcequota -n {options.name}`. Ask the platform team for more."
        return ["## Quota", "", *table(("what", "at most"), rows), "", command]
    lines = [
        (f"{text(line.quota)} `{line.key}`", line.text(line.hard), *_used(line))
        for line in sorted(use, key=lambda line: (line.quota, line.key))
    ]
    return ["## Quota", "", *table(("what", "at most", "in use", ""), lines)]


def _used(line: Line) -> tuple[str, str]:
    share = percent(line)
    return ("unknown" if line.after is None else line.text(line.after), "" if share is None else f"{share} %")


def _limits(plan: TenantPlan) -> list[str]:
    items = [
        item for found in of(LIMIT_RANGE, plan.platform_objects) for item in mappings(spec_of(found).get("limits"))
    ]
    titles = (
        ("defaultRequest", "request if none is stated"),
        ("default", "limit if none is stated"),
        ("min", "at least"),
        ("max", "at most"),
    )
    rows = [
        (
            title,
            ", ".join(f"{text(resource)} {text(str(amount))}" for resource, amount in mapping(item.get(key)).items()),
        )
        for item in items
        for key, title in titles
        if item.get(key)
    ]
    return ["## Each container", "", *table(("", "amounts"), rows)] if rows else []


def _configs(options: TenantOptions, references: Iterable[Reference]) -> list[str]:
    origin = {
        Source.OWN: "this namespace, the team's own",
        Source.PLATFORM: f"the platform ({text(options.platform_namespace)}), a copy of it in this namespace",
        Source.UNRESOLVED: "nowhere: it does not exist",
    }
    rows = [
        (
            text(entry.server),
            text(entry.server_config),
            origin[entry.source] + ("; hides the platform's" if entry.hides_platform else ""),
        )
        for entry in sorted(references, key=lambda entry: entry.server)
    ]
    head = ["## Servers and their configs", ""]
    if not rows:
        return [*head, "There is no Server yet."]
    return [*head, *table(("Server", "ServerConfig", "comes from"), rows)]


def _served(plan: TenantPlan, team: Sequence[KubeObject]) -> list[str]:
    kinds = (
        ("Models", plan.workloads.models),
        ("Experiments", of(EXPERIMENT, team)),
        ("Pipelines", plan.workloads.pipelines),
    )
    return ["## What is served", "", *(f"- {title}: {_names(objects)}" for title, objects in kinds)]


def _names(objects: Iterable[KubeObject]) -> str:
    names = sorted({name_of(obj) for obj in objects})
    more = f" and {len(names) - MOST} more" if len(names) > MOST else ""
    return (", ".join(text(name) for name in names[:MOST]) + more) or "none"


def _endpoints(tenant: str) -> list[str]:
    host = f"seldon-mesh.{tenant}.svc"
    rows = (
        ("a model, REST", f"`POST http://{host}/v2/models/<model>/infer`"),
        ("a pipeline, REST", f"`POST http://{host}/v2/models/<pipeline>.pipeline/infer`"),
        ("gRPC", f"`{host}:80`, service `inference.GRPCInferenceService`, metadata `seldon-model: <model>`"),
    )
    return [
        "## Endpoints",
        "",
        *table(("what", "where"), rows),
        "",
        "The protocol is V2 (Open Inference). There is no Service named after a Server.",
    ]


def _deploy(tenant: str) -> list[str]:
    return [
        "## How to deploy",
        "",
        f"- By the platform: change the team's files, and have `ansible-playbook playbooks/seldon-deploy.yml --limit {tenant}` run."
        " It refuses files that cannot work, with the reason.",
        f"- By hand: `kubectl apply -k <folder> -n {tenant}`. Objects applied by hand stay the team's, and the platform leaves them alone.",
        "- The platform keeps the quota, limits, roles, operator, runtime and monitoring;"
        " the team keeps ServerConfigs, Servers, Models, Experiments and Pipelines.",
    ]


def _monitoring(options: TenantOptions) -> list[str]:
    if not options.monitoring.enabled:
        return []
    kinds = sorted({receiver.type for receiver in options.monitoring.receivers})
    routed = (
        f"to the team, by {', '.join(kinds)}"
        if kinds
        else "to nobody in particular: no receiver is set for this tenant"
    )
    where = text(folder(options.name, options.monitoring.dashboard))
    return [
        "## Monitoring",
        "",
        f"- Grafana: dashboard {text(f'Seldon: {options.name}')} in folder {where}",
        f"- Alerts go {routed}. What each means: {options.monitoring.runbook_url}",
    ]
