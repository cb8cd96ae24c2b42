#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quota_check
short_description: Says what a change will use of a namespace's quotas, before it is made
version_added: 0.1.0
description:
  - Computes what objects would take of every ResourceQuota of their namespace, and what the LimitRanges would make of their pods. Exactly, and
    without creating anything.
  - Of a Server it counts the pods, Services and claims that Seldon's operator makes of it and its ServerConfig, of a SeldonRuntime its components. What
    objects that are replaced hold already is credited.
  - The API server looks at quotas only when pods are created, and then names one of them. This module names all keys of all quotas, the first replica
    that would be refused, and how many replicas fit.
  - Quotas that can never work, or that silently do nothing, are named with the repair.
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
  namespace:
    description: The namespace that is asked about. It need not exist yet.
    type: str
    required: true
  definition:
    description: Objects that would be applied. Without any, the namespace is judged as it is.
    type: list
    elements: dict
    default: []
  src:
    description: Files, directories or kustomizations that hold such objects. They are data and are never templated.
    type: list
    elements: path
    default: []
  kustomize_binary:
    description: The C(kustomize) or C(kubectl) to build kustomizations with. Looked for on the C(PATH) without it.
    type: path
  platform_namespace:
    description: Where ServerConfigs and the SeldonConfig are that the namespace does not have, and the central operator, which tells the release.
    type: str
    default: seldon-system
  head_start:
    description: Percent that RV(recommended_quota) has on top of what is needed.
    type: int
    default: 25
  verify:
    description:
      - With V(server) the API server is also asked, by a dry-run, about one pod of each Server. So admission webhooks and Pod Security answer as well.
    type: str
    choices: [nothing, server]
    default: nothing
  fail_on:
    description:
      - What makes the task fail. V(exceeds) does for a change that would be refused now, V(unknown) also for one that cannot be judged, V(max) also for
        one that fits now but not when all Servers have grown to their maximum.
    type: str
    choices: [nothing, exceeds, unknown, max]
    default: nothing
author:
  - The ml_platform.seldon authors (@ml-platform)
"""

EXAMPLES = r"""
- name: Will this pull request fit
  ml_platform.seldon.quota_check:
    namespace: fraud-detection
    src:
      - examples/fraud-detection/k8s/base
    fail_on: exceeds
  register: capacity

- name: Show it
  ansible.builtin.debug:
    msg: "{{ capacity.text.splitlines() }}"
"""

RETURN = r"""
verdict:
  description:
    - V(fits), V(fits_now_not_at_max), V(unknown), V(exceeds) or V(invalid); the worst of all. What could not be read or counted is never called V(fits).
  returned: when the namespace could be judged
  type: str
  sample: fits
quotas:
  description: One entry for each key of each quota. Amounts are quantities; one that is not known is null. C(after)
    is the use once the change has settled, C(peak) the most on the way there, when old and new pods run side by side.
  returned: when the namespace could be judged
  type: list
  elements: dict
  sample:
    - quota: tenant-quota
      key: requests.cpu
      hard: "20"
      used: 950m
      delta: 350m
      delta_at_max: 1400m
      after: 1300m
      peak: 1300m
      headroom: 19050m
      percent: 7
      verdict: fits
      note: ""
replicas:
  description: For each workload, the largest number of replicas that fits beside the rest, and the ordinal of the first replica that is refused.
  returned: when the namespace could be judged
  type: list
  elements: dict
  sample: [{"subject": "Server mlserver", "replicas": 1, "replicas_at_max": 4, "largest": 9, "first_refused": null}]
invalid:
  description: What would be refused whatever is free, with the field and the repair.
  returned: when the namespace could be judged
  type: list
  elements: dict
  sample: []
unknown:
  description: What could not be counted, and why.
  returned: when the namespace could be judged
  type: list
  elements: dict
  sample: []
unresolved:
  description: Servers that come to no ServerConfig, and kinds that could not be read.
  returned: when the namespace could be judged
  type: list
  elements: str
  sample: []
notes:
  description: Assumptions worth knowing.
  returned: when the namespace could be judged
  type: list
  elements: dict
  sample: []
lint:
  description: Quotas and LimitRanges that can never work or silently do nothing, each with the repair.
  returned: when the namespace could be judged
  type: list
  elements: dict
  sample:
    - subject: ResourceQuota team
      field: spec.hard.nvidia.com/gpu
      message: is accepted by the API server, and never enforced
      repair: did you mean "requests.nvidia.com/gpu"?
verified:
  description: What the API server said about a pod of each Server, with O(verify=server).
  returned: when the namespace could be judged
  type: list
  elements: dict
  sample: []
recommended_quota:
  description: A quota that all of this fits into, with O(head_start) percent on top.
  returned: when the namespace could be judged
  type: dict
  sample: {"requests.cpu": "1500m", "requests.memory": 4Gi}
recommended_limits:
  description: The defaults of a LimitRange under which no pod of the Servers and of the runtime is refused.
  returned: when the namespace could be judged
  type: dict
  sample: {"default": {"cpu": "1", "memory": 2Gi}, "defaultRequest": {"cpu": 100m, "memory": 128Mi}}
text:
  description: The same for people.
  returned: when the namespace could be judged
  type: str
  sample: "requests.cpu  950m -> 1300m of 20  7 %"
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.ml_platform.seldon.plugins.module_utils.capacity.options import ARGUMENT_SPEC, run_quota_check


def main() -> None:
    """The module's entry point."""
    module = AnsibleModule(ARGUMENT_SPEC, supports_check_mode=True)
    result = run_quota_check(module.params)
    if result.get("failed"):
        module.fail_json(**result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
