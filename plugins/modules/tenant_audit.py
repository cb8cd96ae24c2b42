#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: tenant_audit
short_description: Audits how well the tenants of a cluster are isolated from each other
version_added: 0.1.0
description:
  - Reads the cluster once and judges every tenant. It judges the subjects that can read the tenant's Secrets, change its guard-rails or act as others, and
    the workloads that can connect to each other. It also judges Pod Security, dependencies on other namespaces, changed guard-rails, objects left over
    from removed tenants, conditions and quotas.
  - Computes the four success metrics of the Scoped Operator Pattern, which are cross-namespace dependencies, Models in team namespaces,
    permission errors, and utilisation within quotas.
  - Evaluates the checks of the Multi-Tenancy Benchmarks twice, as they are written and without their errors.
  - Reads only, with one LIST request per kind over all namespaces, and the end of each operator's log. Of Secrets and ConfigMaps it reads only the
    metadata. Of logs it keeps only the permission errors.
  - It needs the permission C(list) on those kinds in the whole cluster, and C(get) on C(pods/log) in O(platform_namespace) and in the tenants' namespaces.
  - A kind that cannot be read is reported, and RV(verdict) is then V(unknown) unless there are findings. Other kinds are judged all the same.
  - Findings do not make the task fail. Assert on RV(verdict) or RV(worst).
  - A rule never changes its meaning. C(docs/audit.md) of the collection lists the rules.
extends_documentation_fragment:
  - ml_platform.seldon.auth
  - ml_platform.seldon.attributes
  - ml_platform.seldon.attributes.action_group
attributes:
  check_mode:
    support: full
    details: Writes nothing.
  diff_mode:
    support: none
    details: Changes nothing.
  idempotent:
    support: full
    details: Changes nothing.
options:
  namespaces:
    description:
      - Limits the audit to these tenants.
      - Without it, or with an empty list, all tenants are audited. These are the namespaces with the label C(ml-platform.seldon/tenant),
        and those in the platform's records.
    type: list
    elements: str
  operator_log_lines:
    description:
      - Number of lines that are read from the end of the log of each operator's pod, at most 100000. Lines that are older than one hour are not read.
      - The operators are those in O(platform_namespace) and in the tenants' namespaces.
      - With V(0), no log is read, and the metric C(permission_errors) is unknown.
    type: int
    default: 1000
  platform_namespace:
    description: The platform namespace, which contains the operators and the platform's records.
    type: str
    default: seldon-system
  waivers:
    description:
      - Findings that do not count, each with a reason and an expiry date.
      - A waiver that has expired, or that matches no finding, is itself a finding.
      - A waiver does not change a metric.
    type: list
    elements: dict
    default: []
    suboptions:
      rule:
        description: Id of the rule, such as V(TA113).
        type: str
        required: true
      reason:
        description: Reason why the findings are accepted. Must not be empty.
        type: str
        required: true
      expires:
        description: The last day on which the waiver is valid, in UTC, such as V(2027-03-31).
        type: str
        required: true
      tenant:
        description: Tenant whose findings are waived. Without it, findings of all tenants are waived.
        type: str
      object:
        description:
          - Object whose findings are waived, exactly as in RV(findings[].object). Without it, findings about all objects are waived.
          - A value that ends with C(*) matches every object that begins with the text before it.
        type: str
author:
  - The ml_platform.seldon authors (@ml-platform)
"""

EXAMPLES = r"""
- name: Audit every tenant
  ml_platform.seldon.tenant_audit:
  register: seldon_audit

- name: Fail on findings of the severity high or critical, and on kinds that cannot be read
  ansible.builtin.assert:
    that:
      - seldon_audit.worst not in ['critical', 'high']
      - seldon_audit.unreadable | length == 0
    fail_msg: "{{ seldon_audit.text }}"

- name: Audit one tenant whose team can run commands in pods until a date
  ml_platform.seldon.tenant_audit:
    namespaces:
      - fraud-detection
    waivers:
      - rule: TA113
        tenant: fraud-detection
        reason: the team looks for a memory leak, ticket 4711
        expires: "2027-03-31"
  register: seldon_fraud_audit
"""

RETURN = r"""
version:
  description: Version of this format. It grows when a key changes its meaning or is removed, not when one is added.
  returned: success
  type: int
  sample: 1
verdict:
  description:
    - V(findings) if there is a finding that is not waived.
    - Otherwise V(unknown) if something could not be read.
    - Otherwise V(ok).
  returned: success
  type: str
  sample: findings
worst:
  description: The worst severity of the findings. Null if there is none.
  returned: success
  type: str
  sample: high
audited_at:
  description: Time at which the cluster was read, in UTC.
  returned: success
  type: str
  sample: "2027-01-31T12:00:00Z"
platform_namespace:
  description: Value of O(platform_namespace).
  returned: success
  type: str
  sample: seldon-system
counts:
  description: Number of findings per severity, which are V(critical), V(high), V(medium), V(low) and V(info).
  returned: success
  type: dict
  sample: {critical: 0, high: 1, medium: 0, low: 0, info: 0}
metrics:
  description:
    - The four success metrics, C(cross_namespace_dependencies), C(models_in_team_namespaces), C(permission_errors) and
      C(highest_quota_utilisation). All have the same keys.
  returned: success
  type: dict
  contains:
    cross_namespace_dependencies:
      description: Number of findings about dependencies on other tenants or on the platform namespace.
      type: dict
      contains:
        state:
          description: V(met), V(missed), or V(unknown) if something that counts could not be read.
          type: str
          sample: missed
        value:
          description: Value of the metric. Null if nothing could be counted.
          type: int
          sample: 1
        unit:
          description: Unit of the value, V(findings) or V(percent).
          type: str
          sample: findings
        target:
          description: Target of the value.
          type: str
          sample: "0"
        evidence:
          description: The findings or objects that were counted.
          type: list
          elements: str
          sample: ["TA801 ServerConfig fraud-detection/mlserver-config spec.podSpec.containers[mlserver].env[URL]: names seldon-mesh.recommendation-engine"]
        unknown:
          description: The kinds and objects that could not be counted, each with the reason.
          type: list
          elements: str
          sample: []
    models_in_team_namespaces:
      description: Models in tenants' namespaces, in percent of all Models.
      type: dict
    permission_errors:
      description:
        - Number of findings about missing permissions in conditions, events and operators' logs.
        - Unknown if any of these could not be read.
      type: dict
    highest_quota_utilisation:
      description: The highest use of any key of any quota, in percent, rounded up.
      type: dict
findings:
  description: The findings, the worst first.
  returned: success
  type: list
  elements: dict
  contains:
    rule:
      description: Id of the rule.
      type: str
      sample: TA403
    severity:
      description: Severity of the rule.
      type: str
      sample: high
    title:
      description: Title of the rule.
      type: str
      sample: a field of a guard-rail was changed
    tenant:
      description: Name of the tenant. Empty if the finding is about the whole cluster.
      type: str
      sample: fraud-detection
    object:
      description: The object, as C(Kind namespace/name).
      type: str
      sample: ResourceQuota fraud-detection/tenant-quota
    field:
      description: The field of the object. Can be empty.
      type: str
      sample: .spec.hard.requests.cpu
    evidence:
      description: The observation that proves the finding.
      type: str
      sample: written by "kubectl-edit" at 2027-01-31T12:00:00Z
    why:
      description: The consequence for a tenant.
      type: str
      sample: the limit is no longer the one that the platform set
    next_step:
      description: The next step.
      type: str
      sample: run the deployment playbook for the tenant again
waived:
  description: Findings that match a waiver, each with the C(reason) and the date C(expires) of the waiver.
  returned: success
  type: list
  elements: dict
  sample: []
unreadable:
  description: The kinds that could not be read.
  returned: success
  type: list
  elements: dict
  contains:
    kind:
      description: Plural name of the kind, or V(pods/log) for the logs of operators.
      type: str
      sample: secrets
    reason:
      description: Message of the API server.
      type: str
      sample: secrets is forbidden
unknown_rules:
  description: The rules that could not be judged completely, each with the C(kinds) that could not be read.
  returned: success
  type: list
  elements: dict
  sample: [{rule: TA805, kinds: [secrets]}]
tenants:
  description: The tenants. The first entry has an empty name, and contains the powers over all tenants.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the tenant, which is the name of its namespace.
      type: str
      sample: fraud-detection
    findings:
      description: Number of its findings per severity, without severities that have none.
      type: dict
      sample: {high: 1}
    access:
      description: The subjects that can read its Secrets, change its guard-rails, or act as others.
      type: list
      elements: dict
      contains:
        power:
          description: The power, one of V(read Secrets), V(change guard-rails), V(act as somebody else).
          type: str
          sample: read Secrets
        subject:
          description: A user, group or ServiceAccount.
          type: str
          sample: ServiceAccount fraud-detection/seldon-server
        relation:
          description: Relation of the subject to the tenant.
          type: str
          sample: of the tenant
        by:
          description: The binding that grants the power.
          type: str
          sample: RoleBinding fraud-detection/agent-rolebinding
        example:
          description: An example of an allowed request.
          type: str
          sample: get secrets in fraud-detection
    network:
      description: The pods that can connect to its pods. One pod represents all pods with the same labels.
      type: list
      elements: dict
      contains:
        from:
          description: The pod that connects, as C(namespace/name).
          type: str
          sample: fraud-detection/mlserver-0
        to:
          description: The tenant's pod.
          type: str
          sample: fraud-detection/seldon-scheduler-0
        ports:
          description: TCP ports to which the connection is allowed, of those that the tenant's pod declares.
          type: list
          elements: int
          sample: [9005]
        unknown_ports:
          description: TCP ports for which the result is unknown.
          type: list
          elements: int
          sample: []
    open_to_all:
      description: Pods that no network policy restricts. Everything can connect to them.
      type: list
      elements: str
      sample: []
    servers:
      description: Which ServerConfig each of its Servers gets, resolved from the same snapshot. See M(ml_platform.seldon.serverconfig_info).
      type: list
      elements: dict
      contains:
        name:
          description: The Server.
          type: str
          sample: mlserver
        server_config:
          description: The ServerConfig that it should get, as C(namespace/name). Only the name when there is none.
          type: str
          sample: fraud-detection/mlserver-config
        verdict:
          description: One of V(ok), V(error), V(unknown).
          type: str
          sample: ok
        message:
          description: Why it gets none, or what is wrong with the one that it gets. Empty when the verdict is V(ok).
          type: str
          sample: ""
        next_step:
          description: What to do first. May be empty.
          type: str
          sample: ""
        trace:
          description: Each place where the ServerConfig was looked for, with C(namespace), C(scope), C(outcome) and C(detail).
          type: list
          elements: dict
          sample: [{namespace: fraud-detection, scope: own, outcome: found, detail: ""}]
        operators:
          description: The operators that work for the namespace, as C(namespace/name).
          type: list
          elements: str
          sample: [seldon-system/seldon-v2-controller-manager-fraud-detection]
        agreement:
          description: Whether the operators use that ServerConfig, one of V(agrees), V(differs), V(unknown).
          type: str
          sample: agrees
        arrived:
          description: Whether the Server's pods are made from it, one of V(yes), V(no), V(absent), V(unknown).
          type: str
          sample: "yes"
        paths:
          description: Where the Server's StatefulSet differs.
          type: list
          elements: str
          sample: []
    quota:
      description: Use of each key of its quotas.
      type: list
      elements: dict
      sample: [{quota: tenant-quota, key: requests.cpu, used: 950m, hard: "20", percent: 5, within: true}]
    benchmarks:
      description:
        - The checks of the Multi-Tenancy Benchmarks. The results C(as_written) and C(corrected) are V(pass), V(fail), V(error) or V(unknown).
        - None of them is a finding. C(by_design) is why a check fails by design. It is empty when the check does not.
      type: list
      elements: dict
      sample: [{id: MTB-PL1-CC-TI-1, title: block changes of quotas, as_written: pass, corrected: pass, why: nobody of the tenant may, by_design: ""}]
rules:
  description: All rules, each with its severity, title, reason and repair.
  returned: success
  type: list
  elements: dict
  sample: []
text:
  description: The most important results as text for people, at most 30 lines.
  returned: success
  type: str
  sample: "2 tenants audited, findings: none\n  ..."
"""

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.ansible_module import run_module
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit import entry_point


def main() -> None:
    """The module's entry point."""
    run_module(entry_point)


if __name__ == "__main__":
    main()
