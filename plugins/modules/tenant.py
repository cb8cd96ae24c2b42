#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: tenant
short_description: Creates and updates one tenant, or refuses it with all problems
version_added: 0.1.0
description:
  - A tenant is one application team's namespace with its guard-rails, operator, configs, runtime and the team's objects. The module checks the tenant,
    compares it with the cluster, and applies all its objects as one set.
  - Problems in the options and the manifests are reported all at once, before the first request. Nothing is written before every check has passed.
  - The team's manifests are data. They are never templated. Objects that the team has applied itself are not changed, and neither are
    fields that other managers own. Both are reported if they differ.
extends_documentation_fragment:
  - ml_platform.seldon.auth
  - ml_platform.seldon.kustomize
  - ml_platform.seldon.role
  - ml_platform.seldon.role_options.tenant
  - ml_platform.seldon.role_options.tenant_role
  - ml_platform.seldon.attributes
  - ml_platform.seldon.attributes.action_group
attributes:
  check_mode:
    support: full
    details: Works even if neither the namespace nor Seldon's kinds exist yet.
  diff_mode:
    support: full
    details: Values of Secrets are hidden.
  idempotent:
    support: full
    details: A run without changes sends no write request.
options:
  manifests:
    elements: path
  manifests_relative_to:
    description: Directory to which file names in messages are relative. Without it, messages contain the names as they are in O(manifests).
    type: path
  checks:
    default: enforce
  wait_timeout:
    type: float
    default: 300.0
author:
  - The ml_platform.seldon authors (@ml-platform)
"""

EXAMPLES = r"""
- name: Create a tenant with its team's manifests
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
  description: Namespace of the tenant.
  returned: when the tenant could be planned
  type: str
  sample: fraud-detection
servers:
  description:
    - For each Server its C(name), the name of its C(server_config), and the C(source) of that.
    - C(source) is V(own) for a ServerConfig of the team, V(platform) for a copy of the platform's, or V(unresolved) if neither exists.
    - C(namespace) is the tenant's namespace, the platform namespace, or empty, in the same order.
    - C(hides_platform) is whether the team's ServerConfig hides one of the platform.
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
    - The objects of the team that are not applied because they are left to the platform. The first line of each text is the reason.
    - For a NetworkPolicy, a ServiceMonitor or a PodMonitor, more lines describe which pods or Services it does not select, and which connections it
      would break or open.
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
  description: Warnings and remarks that do not refuse the tenant.
  returned: when the tenant could be planned
  type: list
  elements: str
  sample: []
capacity:
  description: Use of the namespace's quotas in the desired state, in the format of M(ml_platform.seldon.quota_check).
  returned: success
  type: dict
  sample: {"verdict": "fits", "quotas": [], "replicas": [], "invalid": [], "unknown": [], "notes": [], "lint": []}
predicted:
  description: Whether the plan uses objects of the platform that do not exist yet, from O(expected_platforms).
  returned: when the tenant could be planned
  type: bool
  sample: false
waited:
  description: Value of O(wait). With V(true), success means that all objects are ready.
  returned: always
  type: bool
  sample: true
files:
  description:
    - The result for each file of O(tenant.monitoring.directory) and O(tenant.readme.directory). In check mode, the predicted result.
    - C(action) is V(created), V(updated) or V(unchanged). The files are written after the objects are applied and ready.
  returned: success
  type: list
  elements: dict
  sample: [{"path": "/srv/monitoring/fraud-detection.yaml", "action": "created"}]
objects:
  description: The result for each object, in the format of M(ml_platform.seldon.applyset). In check mode, the predicted result.
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
      held: []
      reason: ""
differs:
  description:
    - Whether an object stays different from the inventory or the team's manifests, because others own it or fields of it.
    - C(objects[].held) lists the fields with their owners.
  returned: success
  type: bool
  sample: false
counts:
  description: The number of objects per action.
  returned: when the objects could be read and planned
  type: dict
  sample: {"created": 31}
"""

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.ansible_module import run_module
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant import entry_point


def main() -> None:
    """The module's entry point."""
    run_module(entry_point)


if __name__ == "__main__":
    main()
