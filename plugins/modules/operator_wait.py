#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: operator_wait
short_description: Waits until an operator of Seldon Core is available
version_added: 0.1.0
description:
  - Waits until the Deployment of an operator is rolled out and available.
  - Fails before the timeout if a container of its newest pods has failed three times. The message contains the last lines of the container's log.
  - Never writes.
extends_documentation_fragment:
  - ml_platform.seldon.auth
  - ml_platform.seldon.attributes
  - ml_platform.seldon.attributes.action_group
attributes:
  check_mode:
    support: full
    details: In check mode the module does not wait.
  diff_mode:
    support: none
  idempotent:
    support: full
options:
  namespace:
    description: The namespace of the Deployment.
    type: str
    required: true
  name:
    description: The name of the Deployment. The default is that of the central operator in Seldon's chart.
    type: str
    default: seldon-v2-controller-manager
  wait_timeout:
    description: How long to wait at most, in seconds.
    type: float
    default: 300
author:
  - The ml_platform.seldon authors (@ml-platform)
"""

EXAMPLES = r"""
- name: Wait for the central operator
  ml_platform.seldon.operator_wait:
    namespace: seldon-system
"""

RETURN = r"""
"""

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.ansible_module import run_module
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.operator_wait import entry_point


def main() -> None:
    """The module's entry point."""
    run_module(entry_point)


if __name__ == "__main__":
    main()
