#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quota_check
short_description: Predicts the use of a namespace's quotas after a change
version_added: 0.1.0
description:
  - Computes how much of every ResourceQuota of a namespace the given objects would use, and how its LimitRanges would change their pods. The numbers are
    exact, and nothing is created.
  - For a Server it counts the pods, Services and PersistentVolumeClaims that Seldon's operator creates from it and its ServerConfig, for a SeldonRuntime
    its components. The present use of objects that the change replaces is subtracted.
  - The API server compares a quota only when a pod is created, and its message names one quota. This module reports every key of every quota, the first replica
    that would be refused, and the number of replicas that fit.
  - Reports quotas that can never work or have no effect, each with the repair.
extends_documentation_fragment:
  - ml_platform.seldon.auth
  - ml_platform.seldon.kustomize
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
  namespace:
    description: The namespace to judge. It does not have to exist yet.
    type: str
    required: true
  definition:
    description: Objects of the change, added to those of O(src). Without any objects, the namespace is judged as it is.
    type: list
    elements: dict
    default: []
  src:
    description: Files, directories or kustomizations with objects of the change. They are data and never templated.
    type: list
    elements: path
    default: []
  platform_namespace:
    description:
      - The platform namespace. The ServerConfigs and the SeldonConfig that the namespace does not have are read from it.
      - The central operator in it determines the release of Seldon Core.
    type: str
    default: seldon-system
  head_start:
    description: Reserve that RV(recommended_quota) adds to the computed use, in percent, from 0 to 1000.
    type: int
    default: 25
  verify:
    description:
      - V(server) also sends one pod of each Server to the API server as a dry-run request, so that admission webhooks and Pod Security judge it too.
      - V(nothing) sends no such request.
    type: str
    choices: [nothing, server]
    default: nothing
  fail_on:
    description:
      - The mildest RV(verdict) with which the task fails. Each value includes those before it.
      - V(nothing) never fails the task because of a verdict.
      - V(exceeds) fails it if the change would be refused now, also for other reasons than quotas.
      - V(unknown) also fails it if the change cannot be judged.
      - V(max) also fails it if the change fits now, but not with the maximum replicas of all Servers.
    type: str
    choices: [nothing, exceeds, unknown, max]
    default: nothing
author:
  - The ml_platform.seldon authors (@ml-platform)
"""

EXAMPLES = r"""
- name: Check that a pull request fits into the quota
  ml_platform.seldon.quota_check:
    namespace: fraud-detection
    src:
      - examples/fraud-detection/k8s/base
    fail_on: exceeds
  register: capacity

- name: Show the result
  ansible.builtin.debug:
    msg: "{{ capacity.text.splitlines() }}"
"""

RETURN = r"""
verdict:
  description:
    - The worst result of all quotas and objects, in the order V(fits), V(fits_now_not_at_max), V(unknown), V(exceeds), V(invalid).
    - V(unknown) if something could not be read or counted. Anything unknown is never assumed to fit.
  returned: when the namespace could be judged
  type: str
  sample: fits
quotas:
  description:
    - One entry per key of each quota. Amounts are Kubernetes quantities, or null if unknown.
    - C(hard) is the limit, C(used) the present use. C(delta) is the difference that the change makes, C(delta_at_max) the same with the
      maximum replicas of all Servers (null if there is no maximum).
    - C(after) is the use after the change is complete. C(peak) is the highest use during the change, when old and new pods run at the same time.
    - C(headroom) is the part of the limit that is free before the change, negative if the quota is exceeded. C(percent) is C(after) in percent of the
      limit, rounded up.
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
  description:
    - For each workload (C(subject)) its C(replicas), its maximum (C(replicas_at_max)), the largest number of replicas that fits together with all
      other objects (C(largest)), and the ordinal of the first replica that would be refused (C(first_refused), null if none is).
  returned: when the namespace could be judged
  type: list
  elements: dict
  sample: [{"subject": "Server mlserver", "replicas": 1, "replicas_at_max": 4, "largest": 9, "first_refused": null}]
invalid:
  description: Objects that would be refused even with enough quota, each with the field and the repair.
  returned: when the namespace could be judged
  type: list
  elements: dict
  sample: []
unknown:
  description: Objects and amounts that could not be counted, each with the reason.
  returned: when the namespace could be judged
  type: list
  elements: dict
  sample: []
unresolved:
  description: Servers whose C(serverConfig) reference cannot be resolved, and kinds that could not be read.
  returned: when the namespace could be judged
  type: list
  elements: str
  sample: []
notes:
  description: Assumptions of the computation.
  returned: when the namespace could be judged
  type: list
  elements: dict
  sample: []
lint:
  description: Quotas and LimitRanges that can never work or have no effect, each with the repair.
  returned: when the namespace could be judged
  type: list
  elements: dict
  sample:
    - subject: ResourceQuota team
      field: spec.hard.nvidia.com/gpu
      message: is accepted by the API server, and never enforced
      repair: did you mean "requests.nvidia.com/gpu"?
verified:
  description: Answer of the API server for one pod of each Server. Empty without O(verify=server).
  returned: when the namespace could be judged
  type: list
  elements: dict
  sample: []
recommended_quota:
  description: A quota that is large enough for the maximum replicas of all workloads and for an update of one of them, plus O(head_start) percent.
  returned: when the namespace could be judged
  type: dict
  sample: {"requests.cpu": "1500m", "requests.memory": 4Gi}
recommended_limits:
  description: Defaults of a LimitRange with which no pod of the Servers and of the runtime is refused.
  returned: when the namespace could be judged
  type: dict
  sample: {"default": {"cpu": "1", "memory": 2Gi}, "defaultRequest": {"cpu": 100m, "memory": 128Mi}}
text:
  description: The result as text for people.
  returned: when the namespace could be judged
  type: str
  sample: "requests.cpu  950m -> 1300m of 20  7 %"
"""

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.ansible_module import run_module
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota_check import entry_point


def main() -> None:
    """The module's entry point."""
    run_module(entry_point)


if __name__ == "__main__":
    main()
