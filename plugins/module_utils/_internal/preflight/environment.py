# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The environment for modules that run in another directory, where relative kubeconfig paths do not work."""

from __future__ import annotations

import os
from collections.abc import Mapping

_KUBECONFIGS = ("KUBECONFIG", "K8S_AUTH_KUBECONFIG")


def with_absolute_kubeconfig(environ: Mapping[str, str], directory: str) -> dict[str, str]:
    """The kubeconfig variables that are set, with their paths made absolute from ``directory``."""
    return {
        name: os.pathsep.join(
            os.path.join(directory, os.path.expanduser(path)) for path in environ[name].split(os.pathsep) if path
        )
        for name in _KUBECONFIGS
        if environ.get(name)
    }
