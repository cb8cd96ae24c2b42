#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: preflight
short_description: Checks that a Seldon platform can be installed or used, and lists all problems at once
version_added: 0.1.0
description:
  - Checks the options, the machine that the module runs on (Helm, the charts, other programs), and the cluster (connection, release, permissions, objects
    that exist). If the setup chart will be deployed, it also checks that Helm can render the chart with the values.
  - The task fails with all problems in one message. If the cluster does not answer, that is one of the problems, next to those of the options and the machine.
  - Writes nothing. It checks permissions by SelfSubjectAccessReviews, and only those that the run needs. A platform without changes needs none.
  - Waits up to 30 seconds while another Helm process works on one of the two releases. It does not wait in check mode.
extends_documentation_fragment:
  - ml_platform.seldon.auth
  - ml_platform.seldon.role
  - ml_platform.seldon.role_options.platform
  - ml_platform.seldon.role_options.platform_role
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
  helm_binary:
    description: Name or path of the C(helm) program, release 3 or 4. Without it, C(helm) on the C(PATH) is used.
    type: str
  programs:
    description: Names of other programs that must be on the C(PATH), such as V(kustomize).
    type: list
    elements: str
    default: []
author:
  - The ml_platform.seldon authors (@ml-platform)
"""

EXAMPLES = r"""
- name: Check that the platform can be installed
  ml_platform.seldon.preflight:
    namespace: seldon-system
    version: 2.10.2
    values:
      logging:
        logLevel: debug

- name: Check a platform that something else installs
  ml_platform.seldon.preflight:
    namespace: seldon-system
    manage: false
    programs:
      - kustomize
"""

RETURN = r"""
problems:
  description: All problems, one text each.
  returned: failure
  type: list
  elements: str
  sample: ["program helm: is not on the PATH; expected Helm 3 or 4; install Helm (https://helm.sh/docs/intro/install), or name it in helm_binary"]
server_version:
  description: Version of the API server.
  returned: success
  type: str
  sample: v1.34.1
helm_binary:
  description: Path of the Helm program. Empty if there is none.
  returned: success, when O(manage=true)
  type: str
  sample: /usr/local/bin/helm
helm_version:
  description: Release of the Helm program. Empty if unknown.
  returned: success, when O(manage=true)
  type: str
  sample: 3.19.0
charts:
  description: For each of C(crds) and C(setup) the C(reference), C(repository) and C(version) of the chart, as Helm needs them. The last two can be empty.
  returned: success, when O(manage=true)
  type: dict
  sample: {"crds": {"reference": "seldon-core-v2-crds", "repository": "https://seldonio.github.io/helm-charts", "version": "2.10.2"}}
network_policies:
  description: The network policy of the operators. Empty with O(network_policies=false).
  returned: success
  type: list
  elements: dict
  sample: []
connection:
  description:
    - The connection for modules of other collections, which read some options differently.
    - C(host) is the address of the API server with its scheme, if O(host) or E(K8S_AUTH_HOST) gives one.
    - C(kubeconfig) has the absolute paths of the kubeconfig files that are read, or C(/dev/null) if O(host) and credentials are given and none is read. It is
      empty for a kubeconfig given as a dictionary, for the pod's own ServiceAccount, and on a remote host.
  returned: success
  type: dict
  sample: {"host": "", "kubeconfig": "/home/me/.kube/config"}
expected:
  description:
    - The state of the platform after the run, for tenants that are checked before the platform is created or changed.
    - C(server) is the address of the API server, and C(namespace) the platform namespace. C(kinds) is whether the CRDs will be installed or changed.
    - C(objects) are the ServerConfigs in O(server_configs) and the options of the scoping guard. If the setup chart will be deployed, they are also the central
      operator's Deployment and role, the SeldonConfigs and the ServerConfigs that Helm renders.
  returned: success
  type: dict
  sample: {"server": "https://10.0.0.1:6443", "namespace": "seldon-system", "objects": [], "kinds": false}
namespace_exists:
  description: Whether the platform namespace exists.
  returned: success
  type: bool
  sample: true
operator_available:
  description: Whether the Deployment of the central operator exists, is rolled out and is available.
  returned: success
  type: bool
  sample: true
unprotected_crds:
  description: Names of Seldon's CRDs without the annotation that prevents Helm from deleting them in an upgrade.
  returned: success
  type: list
  elements: str
  sample: [servers.mlops.seldon.io]
admission_policies:
  description: Whether the API server serves ValidatingAdmissionPolicies, which it does since Kubernetes 1.30.
  returned: success
  type: bool
  sample: true
scoping_guard:
  description:
    - The objects of the scoping guard to apply. Without the policies if the API server does not serve ValidatingAdmissionPolicies.
    - Empty with O(scoping_guard=false).
  returned: success
  type: list
  elements: dict
  sample: []
deletion_guard:
  description:
    - The policies of the deletion guard to apply.
    - Empty with O(deletion_guard=false), and if the API server does not serve ValidatingAdmissionPolicies.
  returned: success
  type: list
  elements: dict
  sample: []
releases:
  description: For each of C(crds) and C(setup) the Helm release, compared with the desired one. Empty with O(manage=false).
  returned: success
  type: dict
  contains:
    name:
      description: Name of the release.
      type: str
      sample: seldon-core-v2-setup
    state:
      description:
        - V(absent) if there is no release.
        - V(current) if the desired release is deployed, V(outdated) if another one is.
        - V(unfinished) if a Helm process may be working on it.
        - V(broken) if its deployment failed or was interrupted.
      type: str
      sample: current
    version:
      description: Version of the deployed chart. Empty if none is deployed.
      type: str
      sample: 2.10.2
    leftovers:
      description:
        - Helm's records of revisions that failed or were interrupted, later than the deployed revision. Each has the name (C(secret)) and C(uid) of
          its Secret, and the C(status) of the revision.
      type: list
      elements: dict
      sample: []
    redeploy:
      description: Whether the revision before the leftovers is the desired one. Helm then repairs the release only by a forced upgrade.
      type: bool
      sample: false
"""

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.ansible_module import run_module
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.preflight import entry_point


def main() -> None:
    """The module's entry point."""
    run_module(entry_point)


if __name__ == "__main__":
    main()
