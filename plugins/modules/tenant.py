#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: tenant
short_description: Makes one tenant be as described, or says why it cannot be
version_added: 0.1.0
description:
  - Checks a tenant's options and its team's manifests, reads what the platform and the tenant's namespace hold, and applies the tenant as one set
    of objects, the namespace, its guard-rails, its operator, the configs, the runtime and the team's own.
  - Options and manifests are refused before the first request, with every problem at once. Nothing is written before everything was judged.
  - The team's manifests are read as data. They are never templated, and objects that the team has applied by itself are left to it.
extends_documentation_fragment:
  - ml_platform.seldon.auth
  - ml_platform.seldon.attributes
  - ml_platform.seldon.attributes.action_group
attributes:
  check_mode:
    support: full
    details: Works where neither the namespace nor Seldon's kinds exist yet.
  diff_mode:
    support: full
    details: Values of Secrets are hidden.
  idempotent:
    support: full
    details: A run that changes nothing sends no write request.
options:
  tenant:
    description:
      - What the platform team decides about the tenant.
      - The keys are the variables of the role C(tenant_namespace), without that prefix.
    type: dict
    required: true
  role_path:
    description:
      - Directory of a role whose C(meta/argument_specs.yml) names all variables with the role's prefix.
      - A variable of the host with that prefix that is not among them is refused. Only looked at inside the controller.
    type: path
  manifests:
    description: Files, directories or kustomizations with the team's objects.
    type: list
    elements: path
    default: []
  manifests_relative_to:
    description: Directory from which messages name the files.
    type: path
  extra_kinds:
    description: Namespaced kinds that are applied for the team besides those that the rules name, as C(Kind.group).
    type: list
    elements: str
    default: []
  kustomize_binary:
    description: The C(kustomize) or C(kubectl) to build kustomizations with. Looked for on the C(PATH) without it.
    type: path
  take_over:
    description: Whether the platform's objects are taken over from whoever else applied them. The team's own are never taken over.
    type: bool
    default: false
  checks:
    description:
      - With V(enforce) a tenant is refused that would exceed a quota, of which a Server comes to no ServerConfig, or of which Pod Security would refuse pods.
        With V(warn) that is only said.
    type: str
    choices: [enforce, warn]
    default: enforce
  wait:
    description: Whether to wait until the operator, the runtime, and the team's Servers, Models, Experiments and Pipelines are ready.
    type: bool
    default: true
  wait_timeout:
    description: Seconds to wait at most, at each of the points where it waits.
    type: float
    default: 300.0
  expected_platforms:
    description:
      - In check mode only. What the same run makes of platforms before the tenant is applied,
        as M(ml_platform.seldon.preflight) returns it in RV(ml_platform.seldon.preflight#module:expected).
      - Only the one of this cluster and platform namespace is looked at.
    type: list
    elements: dict
    default: []
    suboptions:
      server:
        description: Address of the API server.
        type: str
        required: true
      namespace:
        description: The platform namespace.
        type: str
        required: true
      objects:
        description: Objects of the platform namespace that are going to be there, or going to be like this.
        type: list
        elements: dict
        required: true
      kinds:
        description: Whether Seldon's CRDs are going to be installed or changed, so that the server cannot be asked about objects of their kinds yet.
        type: bool
        required: true
author:
  - The ml_platform.seldon authors (@ml-platform)
"""

EXAMPLES = r"""
- name: One team
  ml_platform.seldon.tenant:
    tenant:
      name: fraud-detection
      quota:
        requests.cpu: "20"
    manifests:
      - examples/fraud-detection/k8s/base
"""

RETURN = r"""
namespace:
  description: The tenant's namespace.
  returned: when the tenant could be planned
  type: str
  sample: fraud-detection
servers:
  description: To which ServerConfig each Server comes. The C(source) is V(own), V(platform) or V(unresolved); the last has no C(namespace).
  returned: when the tenant could be planned
  type: list
  elements: dict
  sample: [{"name": "mlserver", "server_config": "mlserver-config", "namespace": "fraud-detection", "source": "own", "hides_platform": false}]
models:
  description: Names of the team's Models.
  returned: when the tenant could be planned
  type: list
  elements: str
  sample: [fraud-v1-baseline, fraud-v2-candidate]
experiments:
  description: Names of the team's Experiments.
  returned: when the tenant could be planned
  type: list
  elements: str
  sample: [fraud-ab-test-experiment]
pipelines:
  description: Names of the team's Pipelines.
  returned: when the tenant could be planned
  type: list
  elements: str
  sample: []
left:
  description:
    - The team's objects that are left to the platform, each with the reason in its first line.
    - Of a NetworkPolicy, a ServiceMonitor and a PodMonitor the lines below say what it does not select, and what it would break or open.
  returned: when the tenant could be planned
  type: list
  elements: str
  sample:
    - "k8s/base/quota.yaml:1  ResourceQuota team: the platform sets the quota; remove it, or ask the platform team to change the tenant's quota"
    - |-
      k8s/base/monitor.yaml:1  ServiceMonitor models: the platform scrapes, alerts and routes for every tenant itself; remove it, or ask …
        selects none of the 3 planned Services (seldon-scheduler, seldon-mesh, mlserver-0): the operator gives its Services no labels of Servers …
        instead the platform scrapes seldon-server (metrics, server-metrics), seldon-envoy (stats at /stats/prometheus)
notes:
  description: What does not stop the tenant but is worth knowing.
  returned: when the tenant could be planned
  type: list
  elements: str
  sample: []
capacity:
  description: What the tenant takes of the quotas of its namespace, as M(ml_platform.seldon.quota_check) returns it.
  returned: success
  type: dict
  sample: {"verdict": "fits", "quotas": [], "replicas": [], "invalid": [], "unknown": [], "notes": [], "lint": []}
predicted:
  description: Whether this was planned with parts of the platform that are still to come, as their chart renders them.
  returned: when the tenant could be planned
  type: bool
  sample: false
waited:
  description: Whether it was waited for, so that success means that everything is ready.
  returned: always
  type: bool
  sample: true
files:
  description:
    - What happened, or would happen, to each file that C(tenant.monitoring.directory) and C(tenant.readme.directory) ask for.
    - They are written when the objects are applied and ready.
  returned: success
  type: list
  elements: dict
  sample: [{"path": "/srv/monitoring/fraud-detection.yaml", "action": "created"}]
objects:
  description: What happened, or would happen, to each object, as M(ml_platform.seldon.applyset) returns it.
  returned: success
  type: list
  elements: dict
  sample:
    - api_version: v1
      kind: Namespace
      namespace: ""
      name: fraud-detection
      action: created
      fields: []
      reason: ""
counts:
  description: How many objects each action befell.
  returned: when the objects could be read and planned
  type: dict
  sample: {"created": 31}
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.ml_platform.seldon.plugins.module_utils.tenancy.options import ARGUMENT_SPEC, run_tenant


def main() -> None:
    """The module's entry point."""
    module = AnsibleModule(ARGUMENT_SPEC, supports_check_mode=True)
    result = run_tenant(
        module.params, check_mode=module.check_mode, diff_mode=module._diff, progress=lambda _text: None
    )
    if result.get("failed"):
        module.fail_json(**result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
