#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: tenant_audit
short_description: Measures how well the tenants of a cluster are isolated from each other
version_added: 0.1.0
description:
  - Judges every tenant of the cluster from one snapshot. Who may read its Secrets, change its guard-rails or act as others. Which workloads
    may connect to which. Pod Security, dependencies on other namespaces, guard-rails that were changed and by whom, orphans, conditions
    and quotas.
  - Counts the four success metrics of the Scoped Operator Pattern, which are cross-namespace dependencies, Models in team namespaces,
    permission errors, and utilisation within quotas.
  - Answers the checks of the Multi-Tenancy Benchmarks twice, as they are written and without their errors.
  - Reads only, with one LIST a kind over all namespaces, and the end of each operator's log. Of Secrets and ConfigMaps nothing but the metadata
    is read, and of logs nothing is kept but what the API server says of missing rights.
  - It needs the right C(list) on those kinds in the whole cluster, and C(get) on C(pods/log) in O(platform_namespace).
  - A kind that cannot be read is reported, and makes RV(verdict) V(unknown) unless there are findings. Other kinds are judged all the same.
  - Findings do not make the task fail. Assert on RV(verdict) or RV(worst).
  - Rules never change their meaning. The collection's docs/audit.md lists them.
  - Runs inside the controller on a local connection, and as a module on any other.
extends_documentation_fragment:
  - ml_platform.seldon.auth
  - ml_platform.seldon.attributes
  - ml_platform.seldon.attributes.action_group
attributes:
  check_mode:
    support: full
    details: Nothing is ever written.
  diff_mode:
    support: none
    details: Nothing is ever changed.
  idempotent:
    support: full
    details: Nothing is ever changed.
options:
  namespaces:
    description:
      - Limits the audit to these tenants.
      - Without it, or with an empty list, every tenant is audited. Those are the namespaces that carry the label C(ml-platform.seldon/tenant),
        and those of which the platform keeps a record.
    type: list
    elements: str
  operator_log_lines:
    description:
      - How many lines are read of the log of each operator's pod, at most 100000, none of them older than an hour.
      - Those are the operators in O(platform_namespace) and in the tenants' own namespaces.
      - With V(0) no log is read. Then it is unknown how many permission errors there are.
    type: int
    default: 1000
  platform_namespace:
    description: The namespace in which the platform runs operators and keeps its records.
    type: str
    default: seldon-system
  waivers:
    description:
      - Findings that do not count, each for a reason and until a day.
      - A waiver that has expired, and one that waives nothing, is a finding itself.
      - No metric counts less because of a waiver.
    type: list
    elements: dict
    default: []
    suboptions:
      rule:
        description: The rule's id, such as V(TA113).
        type: str
        required: true
      reason:
        description: Why its findings are accepted. Must not be empty.
        type: str
        required: true
      expires:
        description: The last day on which it holds, such as V(2027-03-31).
        type: str
        required: true
      tenant:
        description: Only findings of this tenant.
        type: str
      object:
        description: Only findings about this object, exactly as RV(findings[].object) has it. With C(*) at its end, every object that begins so.
        type: str
author:
  - The ml_platform.seldon authors (@ml-platform)
"""

EXAMPLES = r"""
- name: Audit every tenant
  ml_platform.seldon.tenant_audit:
  register: seldon_audit

- name: Stop on anything grave, and on anything that could not be seen
  ansible.builtin.assert:
    that:
      - seldon_audit.worst not in ['critical', 'high']
      - seldon_audit.unreadable | length == 0
    fail_msg: "{{ seldon_audit.text }}"

- name: Audit one tenant whose team may run commands in pods for a while
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
  description: Version of this document. It grows when a key changes its meaning or goes away, not when one is added.
  returned: success
  type: int
  sample: 1
verdict:
  description:
    - V(findings) when there is at least one finding that is not waived.
    - V(unknown) when there is none, but something could not be read.
    - V(ok) otherwise.
  returned: success
  type: str
  sample: findings
worst:
  description: The worst severity among the findings. Null when there is none.
  returned: success
  type: str
  sample: high
audited_at:
  description: When the cluster was read, in UTC.
  returned: success
  type: str
  sample: "2027-01-31T12:00:00Z"
platform_namespace:
  description: As asked for.
  returned: success
  type: str
  sample: seldon-system
counts:
  description: Number of findings by severity, each of V(critical), V(high), V(medium), V(low), V(info).
  returned: success
  type: dict
  sample: {critical: 0, high: 1, medium: 0, low: 0, info: 0}
metrics:
  description:
    - The success metrics, by the names C(cross_namespace_dependencies), C(models_in_team_namespaces), C(permission_errors) and
      C(highest_quota_utilisation). All four have the same shape.
  returned: success
  type: dict
  contains:
    cross_namespace_dependencies:
      description: Findings that are dependencies on other tenants or on the platform's namespace.
      type: dict
      contains:
        state:
          description: V(met), V(missed), or V(unknown) when something that has to be counted could not be read.
          type: str
          sample: missed
        value:
          description: The number. Null when nothing could be counted.
          type: int
          sample: 1
        unit:
          description: What the number is of, V(findings) or V(percent).
          type: str
          sample: findings
        target:
          description: What it ought to be.
          type: str
          sample: "0"
        evidence:
          description: What was counted.
          type: list
          elements: str
          sample: ["TA801 ServerConfig fraud-detection/mlserver-config spec.podSpec.containers[mlserver].env[URL]: names seldon-mesh.recommendation-engine"]
        unknown:
          description: What could not be counted, and why.
          type: list
          elements: str
          sample: []
    models_in_team_namespaces:
      description: Share of the Models that are in tenants' namespaces, in percent.
      type: dict
    permission_errors:
      description:
        - Findings about missing rights in conditions, events and operators' logs.
        - Unknown if any of them could not be read.
      type: dict
    highest_quota_utilisation:
      description: The highest utilisation of any key of any quota, in percent.
      type: dict
findings:
  description: What is wrong, the worst first.
  returned: success
  type: list
  elements: dict
  contains:
    rule:
      description: The rule's id.
      type: str
      sample: TA403
    severity:
      description: The rule's severity.
      type: str
      sample: high
    title:
      description: What the rule finds.
      type: str
      sample: a field of a guard-rail was changed
    tenant:
      description: The tenant. Empty for what concerns the whole cluster.
      type: str
      sample: fraud-detection
    object:
      description: The object, as C(Kind namespace/name).
      type: str
      sample: ResourceQuota fraud-detection/tenant-quota
    field:
      description: The field of the object. May be empty.
      type: str
      sample: .spec.hard.requests.cpu
    evidence:
      description: What was seen.
      type: str
      sample: written by "kubectl-edit" at 2027-01-31T12:00:00Z
    why:
      description: What it does to a tenant.
      type: str
      sample: the limit is no longer the one that the platform set
    next_step:
      description: What to do about it.
      type: str
      sample: run the deployment playbook for the tenant again
waived:
  description: Findings that a waiver covers, with its C(reason) and the date C(expires).
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
      description: The kind's plural name, or V(pods/log) for the logs of operators.
      type: str
      sample: secrets
    reason:
      description: What the API server said.
      type: str
      sample: secrets is forbidden
unknown_rules:
  description: The rules that could not be judged in full, each with the C(kinds) that it lacks.
  returned: success
  type: list
  elements: dict
  sample: [{rule: TA805, kinds: [secrets]}]
tenants:
  description: Each tenant, after one with the empty name that holds the powers over all of them.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The tenant's name, which is its namespace's.
      type: str
      sample: fraud-detection
    findings:
      description: Number of its findings by severity, without those of which there are none.
      type: dict
      sample: {high: 1}
    access:
      description: Who may read its Secrets, change its guard-rails, or act as others.
      type: list
      elements: dict
      contains:
        power:
          description: One of V(read Secrets), V(change guard-rails), V(act as somebody else).
          type: str
          sample: read Secrets
        subject:
          description: A user, group or ServiceAccount.
          type: str
          sample: ServiceAccount fraud-detection/seldon-server
        relation:
          description: What the subject is to the tenant.
          type: str
          sample: of the tenant
        by:
          description: The binding that gives it.
          type: str
          sample: RoleBinding fraud-detection/agent-rolebinding
        example:
          description: One request that is allowed.
          type: str
          sample: get secrets in fraud-detection
    network:
      description: Which pods may connect to its pods, one pod for all with the same labels.
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
          description: TCP ports of those that the pod declares to which it may.
          type: list
          elements: int
          sample: [9005]
        unknown_ports:
          description: Those of which it cannot be told.
          type: list
          elements: int
          sample: []
    open_to_all:
      description: Pods that no policy restricts, to which everything may connect.
      type: list
      elements: str
      sample: []
    quota:
      description: Utilisation of each key of its quotas.
      type: list
      elements: dict
      sample: [{quota: tenant-quota, key: requests.cpu, used: 950m, hard: "20", percent: 5, within: true}]
    benchmarks:
      description: The checks of the Multi-Tenancy Benchmarks, each V(pass), V(fail), V(error) or V(unknown).
      type: list
      elements: dict
      sample: [{id: MTB-PL1-CC-TI-1, title: block changes of quotas, as_written: pass, corrected: pass, why: nobody of the tenant may}]
rules:
  description: Every rule with its severity, title, reason and repair.
  returned: success
  type: list
  elements: dict
  sample: []
text:
  description: The most important of it in at most 30 lines, for people.
  returned: success
  type: str
  sample: "2 tenants audited, findings: none\n  ..."
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.ml_platform.seldon.plugins.module_utils.audit.options import ARGUMENT_SPEC, run_tenant_audit
from ansible_collections.ml_platform.seldon.plugins.module_utils.kube.errors import KubeError


def main() -> None:
    """The module's entry point."""
    module = AnsibleModule(ARGUMENT_SPEC, supports_check_mode=True)
    try:
        result = run_tenant_audit(module.params)
    except KubeError as problem:
        module.fail_json(msg=str(problem))
    module.exit_json(**result)


if __name__ == "__main__":
    main()
