#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: inference_check
short_description: Sends requests to a Model, Experiment or Pipeline through Seldon's mesh and checks the answers
version_added: 0.1.0
description:
  - Sends V2 inference requests (Open Inference Protocol) through C(seldon-mesh), the Service that Seldon creates in every tenant's namespace. Reports
    whether the answers are as expected, which model answered, and the latency.
  - For an Experiment it compares the observed traffic split with the weights, by an exact confidence interval, and reports how many requests the verdict
    needs.
  - A request is sent once and not repeated, so no error is hidden. The first request is sent alone. If it fails, no other request is sent.
extends_documentation_fragment:
  - ml_platform.seldon.auth
  - ml_platform.seldon.attributes
  - ml_platform.seldon.attributes.action_group
attributes:
  check_mode:
    support: partial
    details:
      - Checks the options and the payload. Sends nothing, because a request is work for the model, and in check mode the model may not exist yet.
        Set C(check_mode=false) at the task to send requests.
  diff_mode:
    support: none
    details: Changes nothing.
  idempotent:
    support: full
    details: Changes nothing.
options:
  namespace:
    description: The tenant's namespace.
    type: str
    required: true
  kind:
    description: Kind of the object that gets the requests.
    type: str
    choices: [Model, Experiment, Pipeline]
    default: Model
  name:
    description: Name of the object that gets the requests. Except with O(via=url), the module checks that it exists before it sends anything.
    type: str
    required: true
  payload:
    description: Body of the request. Either this option or O(src) is required.
    type: dict
  src:
    description: File with the body of the request. It is sent unchanged and never templated.
    type: path
  via:
    description:
      - The path to the mesh.
      - V(port_forward) connects to a pod behind the Service, as C(kubectl port-forward) does. The kubelet opens the connection, so network policies do not
        apply. It needs the permissions C(get) on C(services), C(list) on C(pods), and C(get) and C(create) on C(pods/portforward).
      - V(proxy) goes through the API server, which connects to the pod over the network. It needs the permission C(create) on C(services/proxy).
      - V(url) connects to O(url), and needs no permission in the cluster.
    type: str
    choices: [port_forward, proxy, url]
    default: port_forward
  url:
    description: Address of the mesh, such as V(http://localhost:8080). The module appends C(/v2/…). Required with O(via=url), and only valid with it.
    type: str
  url_headers:
    description: Additional headers of each request, for example C(Authorization) for an ingress. Only valid with O(via=url).
    type: dict
    default: {}
  url_ca_cert:
    description: File with the certificate authority of O(url). Without it, those of the system are used. Only valid with O(via=url).
    type: path
  requests:
    description:
      - Number of requests, from 1 to 10000.
      - Without it, the module sends one request. For an Experiment it sends as many as the verdict V(as_weighted) needs.
    type: int
  concurrency:
    description: Number of requests that are sent at the same time, each on its own connection, from 1 to 32.
    type: int
    default: 1
  request_timeout:
    description: The longest time for one request, in seconds, from 0.1 to 3600. It includes the time to connect.
    type: float
    default: 10.0
  timeout:
    description: The longest time for all requests, in seconds, from 0.1 to 86400.
    type: float
    default: 300.0
  expect_status:
    description: HTTP status that every answer must have, from 200 to 599.
    type: int
    default: 200
  expect_outputs:
    description:
      - Output tensors that every answer must contain. An answer can contain others too.
      - In every answer, the datatype, shape and data of each tensor must agree, also without this option.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the tensor. Without it, the tensor at the same position is compared.
        type: str
      datatype:
        description: Datatype of the tensor, such as V(FP32). Without it, any datatype is accepted.
        type: str
      shape:
        description: Shape of the tensor. V(-1) accepts any size of a dimension. Without this option, any shape is accepted.
        type: list
        elements: int
  weights:
    description: Expected weight of each candidate, by its name. Only valid for an Experiment. Without it, the weights are read from the Experiment.
    type: dict
  confidence:
    description:
      - Probability with which a correct split is not reported as a deviation, from 0.5 to 0.999999. With V(0.999), one of a thousand checks of a correct
        split gives the verdict V(deviates).
    type: float
    default: 0.999
  split_tolerance:
    description:
      - The deviation that the check must detect, as a share of all requests. V(0.1) is 10 percentage points. From 0.01 to 0.5.
      - A smaller value needs more requests.
    type: float
    default: 0.1
  fail_on:
    description:
      - The mildest verdict with which the task fails. Each value includes those before it.
      - V(nothing) never fails the task because of a verdict.
      - V(failed) fails it if an answer is not as expected, or O(timeout) ends before all answers have arrived.
      - V(deviates) also fails it if the traffic is not split by the weights.
      - V(too_few) also fails it if the answers are too few to judge the split.
    type: str
    choices: [nothing, failed, deviates, too_few]
    default: deviates
author:
  - The ml_platform.seldon authors (@ml-platform)
"""

EXAMPLES = r"""
- name: Check that the model answers
  ml_platform.seldon.inference_check:
    namespace: fraud-detection
    name: fraud-v1-baseline
    src: examples/fraud-detection/test-payload.json
    expect_outputs:
      - name: predict
        datatype: INT64
        shape: [2, 1]

- name: Check that the traffic is split by the weights
  ml_platform.seldon.inference_check:
    namespace: fraud-detection
    kind: Experiment
    name: fraud-ab-test-experiment
    src: examples/fraud-detection/test-payload.json
    fail_on: too_few
  register: split

- name: Show the result
  ansible.builtin.debug:
    msg: "{{ split.text.splitlines() }}"

- name: Measure the latency of 200 requests through an ingress
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
  description:
    - V(failed) if an answer is not as expected, or O(timeout) ends before all answers have arrived.
    - Otherwise V(deviates), V(too_few) or V(ok) by RV(split.verdict). V(as_weighted) is V(ok), and so is a check without a split.
  returned: when requests were sent
  type: str
  sample: ok
requests:
  description: Number of requests that were planned (C(asked)), sent, and answered as expected (C(succeeded)).
  returned: when requests were sent
  type: dict
  sample: {"asked": 223, "sent": 223, "succeeded": 223}
failures:
  description: The reasons of failures and the number of each, the most frequent first, at most five.
  returned: when requests were sent
  type: list
  elements: dict
  sample: []
latency:
  description:
    - Milliseconds from sending a request to the last byte of its answer. It includes the time to connect if there was no connection yet.
    - Only answers that are as expected count. Empty if there was none.
    - A percentile is the smallest sample that is not exceeded by at least that share of all samples.
  returned: when requests were sent
  type: dict
  sample: {"min_ms": 3.1, "p50_ms": 3.9, "p90_ms": 4.8, "p99_ms": 9.2, "max_ms": 31.5}
served:
  description: Number of answers per Model or Pipeline.
  returned: when requests were sent
  type: dict
  sample: {"fraud-v1-baseline": 178, "fraud-v2-candidate": 45}
split:
  description: The traffic split of an Experiment, compared with its weights. Null for other kinds.
  returned: when requests were sent
  type: dict
  contains:
    verdict:
      description:
        - V(deviates) if a weight is outside of the confidence interval of its candidate.
        - V(too_few) if none is, but the answers are too few to exclude a deviation of O(split_tolerance).
        - V(as_weighted) otherwise.
      type: str
      sample: as_weighted
    requests_needed:
      description: Number of answers that the verdict V(as_weighted) needs.
      type: int
      sample: 223
    confidence:
      description: Value of O(confidence).
      type: float
      sample: 0.999
    tolerance:
      description: Value of O(split_tolerance).
      type: float
      sample: 0.1
    candidates:
      description:
        - For each candidate its C(name), its C(weight), the number of its answers (C(served)), and its C(expected) and C(observed) share of all answers.
        - C(lower) and C(upper) are the bounds of the confidence interval of the share.
      type: list
      elements: dict
      sample:
        - {"name": fraud-v1-baseline, "weight": 80, "served": 178, "expected": 0.8, "observed": 0.7982, "lower": 0.6982, "upper": 0.8777}
        - {"name": fraud-v2-candidate, "weight": 20, "served": 45, "expected": 0.2, "observed": 0.2018, "lower": 0.1223, "upper": 0.3018}
outputs:
  description: Name, datatype and shape of the output tensors of the first answer that is as expected.
  returned: when requests were sent
  type: list
  elements: dict
  sample: [{"name": predict, "datatype": INT64, "shape": [2, 1]}]
notes:
  description: Remarks, for example that an Experiment splits the requests for a Model.
  returned: when requests were sent
  type: list
  elements: str
  sample: []
text:
  description: The result as text for people.
  returned: when requests were sent
  type: str
  sample: "Model fraud-v1-baseline in fraud-detection: ok\n  answers  1 of 1 as expected, by port_forward"
"""

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.inference_check import entry_point
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.ansible_module import run_module


def main() -> None:
    """The module's entry point."""
    run_module(entry_point)


if __name__ == "__main__":
    main()
