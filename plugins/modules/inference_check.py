#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: inference_check
short_description: Asks a Model, Experiment or Pipeline through Seldon's mesh, and judges the answers
version_added: 0.1.0
description:
  - Sends V2 inference requests (Open Inference Protocol) by the stable route, the Service C(seldon-mesh) of the tenant's namespace. Says whether the
    answers are as expected, who gave them, and how long they took.
  - Of an Experiment it compares the observed traffic split with the weights, by an exact confidence interval, and says how many requests a verdict takes.
  - A request is sent once and never again, so no error is hidden. The first one is sent alone; when it fails, no other follows.
  - Runs inside the controller on a local connection, and as a module on any other.
extends_documentation_fragment:
  - ml_platform.seldon.auth
  - ml_platform.seldon.attributes
  - ml_platform.seldon.attributes.action_group
attributes:
  check_mode:
    support: partial
    details:
      - Options and payload are judged. Nothing is sent, because an inference is work for the model, and in check mode the model is perhaps still to
        come. A task with C(check_mode=false) sends.
  diff_mode:
    support: none
    details: Nothing is ever changed.
  idempotent:
    support: full
    details: Nothing is ever changed.
options:
  namespace:
    description: The tenant's namespace.
    type: str
    required: true
  kind:
    description: What is asked.
    type: str
    choices: [Model, Experiment, Pipeline]
    default: Model
  name:
    description: Its name. Unless the mesh is reached by O(via=url), it is looked up before anything is sent.
    type: str
    required: true
  payload:
    description: The body of the request. This or O(src) is required.
    type: dict
  src:
    description: A file with that body. It is sent as it is and never templated.
    type: path
  via:
    description:
      - How the mesh is reached.
      - V(port_forward) connects to a pod behind the Service, as C(kubectl port-forward) does. The kubelet delivers, so network policies do not stand in
        the way. It needs the rights C(get) on C(services), C(list) on C(pods), C(get) and C(create) on C(pods/portforward).
      - V(proxy) goes through the API server, which has to reach the pod over the network. It needs the right C(create) on C(services/proxy).
      - V(url) goes to O(url), and needs no right in the cluster.
    type: str
    choices: [port_forward, proxy, url]
    default: port_forward
  url:
    description: The mesh's address with O(via=url), such as V(http://localhost:8080). C(/v2/…) is added.
    type: str
  url_headers:
    description: Headers that something in front of the mesh wants, such as C(Authorization). With O(via=url) only.
    type: dict
    default: {}
  url_ca_cert:
    description: File with the authority of the address's certificate. The system's are used without it. With O(via=url) only.
    type: path
  requests:
    description: How many are sent, 10000 at most. Without it one, and for an Experiment as many as its verdict takes.
    type: int
  concurrency:
    description: How many are under way at once, each on a connection of its own. 32 at most.
    type: int
    default: 1
  request_timeout:
    description: Seconds for one request, connecting included.
    type: float
    default: 10.0
  timeout:
    description: Seconds for all of them.
    type: float
    default: 300.0
  expect_status:
    description: HTTP status that every answer must have.
    type: int
    default: 200
  expect_outputs:
    description: Output tensors that every answer must have, among others. That datatype, shape and data of each tensor fit together is always checked.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Its name. Without it, the tensor at the same place is meant.
        type: str
      datatype:
        description: Its datatype, such as V(FP32).
        type: str
      shape:
        description: Its sizes. V(-1) stands for any.
        type: list
        elements: int
  weights:
    description: What the split is compared with, a weight for each candidate. Read from the Experiment without it.
    type: dict
  confidence:
    description: How surely a correct split is not called a deviation; V(0.999) is wrong once in a thousand checks.
    type: float
    default: 0.999
  split_tolerance:
    description: The deviation that must not be missed, as a share of all requests. V(0.1) is 10 percentage points. A smaller one takes more requests.
    type: float
    default: 0.1
  fail_on:
    description:
      - From what verdict on the task fails. V(failed) does when an answer is not as expected or none came, V(deviates) also when the split is not that of
        the weights, V(too_few) also when that cannot be told.
    type: str
    choices: [nothing, failed, deviates, too_few]
    default: deviates
author:
  - The ml_platform.seldon authors (@ml-platform)
"""

EXAMPLES = r"""
- name: Does the model answer
  ml_platform.seldon.inference_check:
    namespace: fraud-detection
    name: fraud-v1-baseline
    src: examples/fraud-detection/test-payload.json
    expect_outputs:
      - name: predict
        datatype: INT64
        shape: [2, 1]

- name: Is the traffic split by the weights
  ml_platform.seldon.inference_check:
    namespace: fraud-detection
    kind: Experiment
    name: fraud-ab-test-experiment
    src: examples/fraud-detection/test-payload.json
    fail_on: too_few
  register: split

- name: Show it
  ansible.builtin.debug:
    msg: "{{ split.text.splitlines() }}"

- name: Latency over 200 requests, through an ingress
  ml_platform.seldon.inference_check:
    namespace: fraud-detection
    name: fraud-v1-baseline
    src: examples/fraud-detection/test-payload.json
    via: url
    url: https://models.example.com
    requests: 200
    concurrency: 4
"""

RETURN = r"""
verdict:
  description: V(ok), V(too_few), V(deviates) or V(failed); the worst of all. What could not be told is never called V(ok).
  returned: when requests were sent
  type: str
  sample: ok
requests:
  description: How many were to be sent, were sent, and were answered as expected.
  returned: when requests were sent
  type: dict
  sample: {"asked": 223, "sent": 223, "succeeded": 223}
failures:
  description: What went wrong and how often, the most frequent first; five at most.
  returned: when requests were sent
  type: list
  elements: dict
  sample: []
latency:
  description:
    - Milliseconds from sending a request to its last byte, of those that were answered as expected; connecting included where there was no
      connection yet. Empty where there was none.
    - A percentile is the smallest sample that at least that share of all samples does not exceed.
  returned: when requests were sent
  type: dict
  sample: {"min_ms": 3.1, "p50_ms": 3.9, "p90_ms": 4.8, "p99_ms": 9.2, "max_ms": 31.5}
served:
  description: How many answers each Model or Pipeline gave.
  returned: when requests were sent
  type: dict
  sample: {"fraud-v1-baseline": 178, "fraud-v2-candidate": 45}
split:
  description: The split of an Experiment against its weights. Null for another kind.
  returned: when requests were sent
  type: dict
  contains:
    verdict:
      description:
        - V(deviates) when a weight is outside of a candidate's interval. V(too_few) when none is, but a deviation as large as O(split_tolerance) could have
          been missed. V(as_weighted) else.
      type: str
      sample: as_weighted
    requests_needed:
      description: Answers that V(as_weighted) takes.
      type: int
      sample: 223
    confidence:
      description: O(confidence).
      type: float
      sample: 0.999
    tolerance:
      description: O(split_tolerance).
      type: float
      sample: 0.1
    candidates:
      description: Of each its weight, the answers it gave, the share expected and observed, and between what the true share lies.
      type: list
      elements: dict
      sample:
        - {"name": fraud-v1-baseline, "weight": 80, "served": 178, "expected": 0.8, "observed": 0.7982, "lower": 0.6982, "upper": 0.8777}
        - {"name": fraud-v2-candidate, "weight": 20, "served": 45, "expected": 0.2, "observed": 0.2018, "lower": 0.1223, "upper": 0.3018}
outputs:
  description: Name, datatype and shape of the output tensors of the first good answer.
  returned: when requests were sent
  type: list
  elements: dict
  sample: [{"name": predict, "datatype": INT64, "shape": [2, 1]}]
notes:
  description: What is worth knowing, such as an Experiment that splits a Model's own requests.
  returned: when requests were sent
  type: list
  elements: str
  sample: []
text:
  description: All of it in words, for people.
  returned: when requests were sent
  type: str
  sample: "Model fraud-v1-baseline in fraud-detection: ok\n  answers  1 of 1 as expected, by port_forward"
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.ml_platform.seldon.plugins.module_utils.inference.check import run_inference_check
from ansible_collections.ml_platform.seldon.plugins.module_utils.inference.options import ARGUMENT_SPEC, CONSTRAINTS
from ansible_collections.ml_platform.seldon.plugins.module_utils.kube.errors import KubeError


def main() -> None:
    """The module's entry point."""
    module = AnsibleModule(ARGUMENT_SPEC, supports_check_mode=True, **CONSTRAINTS)
    try:
        result = run_inference_check(module.params, check_mode=module.check_mode)
    except KubeError as problem:
        module.fail_json(msg=str(problem))
    if result.get("failed"):
        module.fail_json(**result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
