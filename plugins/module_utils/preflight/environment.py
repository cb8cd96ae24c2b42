# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The environment for modules that run in a directory of their own, where relative kubeconfig paths mean nothing."""

from __future__ import annotations

import os
from collections.abc import Mapping

_KUBECONFIGS = ("KUBECONFIG", "K8S_AUTH_KUBECONFIG")


def with_absolute_kubeconfig(environ: Mapping[str, str], directory: str) -> dict[str, str]:
    """Those kubeconfig variables that are set, each of their paths made absolute as seen from ``directory``."""
    return {
        name: os.pathsep.join(
            os.path.join(directory, os.path.expanduser(path)) for path in environ[name].split(os.pathsep) if path
        )
        for name in _KUBECONFIGS
        if environ.get(name)
    }
