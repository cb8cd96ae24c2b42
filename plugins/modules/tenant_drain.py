#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: tenant_drain
short_description: Completes the deletion of a tenant's namespace
version_added: 0.1.0
description:
  - Use it for a tenant's namespace that stays in C(Terminating), for example after C(kubectl delete namespace). It begins no deletion. It refuses a
    namespace that is not being deleted, or that is not a tenant's.
  - Kubernetes 1.33 and newer deletes the pods of a namespace before everything else. Without its scheduler, Seldon's operator never removes the
    finalizers of Experiments, Pipelines and Models.
  - The module removes a finalizer only if nobody else can. From Experiments, Pipelines and Models, if no pod of the scheduler is left in the namespace,
    where no pod can be created any more. From SeldonRuntimes, if no Server, Experiment, Pipeline and Model is left.
  - It removes no other finalizers. It waits until the namespace is gone, or reports what keeps it.
  - It does not remove the tenant's operator and the other objects in the platform namespace.
extends_documentation_fragment:
  - ml_platform.seldon.auth
  - ml_platform.seldon.attributes
  - ml_platform.seldon.attributes.action_group
attributes:
  check_mode:
    support: full
    details: RV(released) lists the finalizers that could be removed now. The module does not wait.
  diff_mode:
    support: none
    details: RV(released) names the objects.
  idempotent:
    support: full
    details: For a namespace that does not exist, it sends no write request.
options:
  namespace:
    description: Namespace of the tenant.
    type: str
    required: true
  wait_timeout:
    description: The longest time to wait for the end of the namespace, in seconds.
    type: float
    default: 300.0
author:
  - The ml_platform.seldon authors (@ml-platform)
"""

EXAMPLES = r"""
- name: Complete the deletion of a tenant's namespace
  ml_platform.seldon.tenant_drain:
    namespace: fraud-detection
"""

RETURN = r"""
gone:
  description: Whether the namespace no longer exists.
  returned: always
  type: bool
  sample: true
released:
  description: The objects from which a finalizer was removed, with that finalizer. In check mode, those from which it could be removed now.
  returned: always
  type: list
  elements: dict
  sample: [{"object": "Model fraud-v1-baseline", "finalizer": "seldon.model.finalizer"}]
"""

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.ansible_module import run_module
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_drain import entry_point


def main() -> None:
    """The module's entry point."""
    run_module(entry_point)


if __name__ == "__main__":
    main()
