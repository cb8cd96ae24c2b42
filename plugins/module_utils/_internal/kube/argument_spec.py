# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Options that modules share; the doc fragments ``ml_platform.seldon.auth`` and ``ml_platform.seldon.role`` document
them.
"""

from __future__ import annotations

from typing import Any

AUTH_ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    "kubeconfig": {"type": "raw", "no_log": True},
    "context": {"type": "str"},
    "host": {"type": "str"},
    "api_key": {"type": "str", "no_log": True},
    "username": {"type": "str"},
    "password": {"type": "str", "no_log": True},
    "validate_certs": {"type": "bool"},
    "ca_cert": {"type": "path"},
    "client_cert": {"type": "path"},
    "client_key": {"type": "path", "no_log": True},
    "proxy": {"type": "str"},
    "no_proxy": {"type": "str"},
    "impersonate_user": {"type": "str"},
    "impersonate_groups": {"type": "list", "elements": "str"},
}
"""The cluster and the credentials. The names are kubernetes.core's, so ``module_defaults`` and K8S_AUTH_* variables work
for both collections.
"""

ROLE_ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    "role_path": {"type": "path"},
    "problems": {"type": "list", "elements": "str", "default": []},
}
"""The role that calls a module, and the problems of the role's variables. Only the controller knows the variables: the
action plugin adds to ``problems``.
"""
