# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The parts of a pod that the Pod Security Standards look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from .part import Part


@dataclass(frozen=True)
class Pod:
    """``metadata`` and ``spec`` of a pod, or of a pod template. Every reading raises Malformed."""

    metadata: Part
    spec: Part

    @cached_property
    def annotations(self) -> Mapping[str, str]:
        return self.metadata.string_map("annotations")

    @cached_property
    def security(self) -> Part:
        """The pod's own securityContext."""
        return self.spec.part("securityContext")

    @cached_property
    def containers(self) -> list[Part]:
        """All of them, in the order in which messages name them: init containers, containers, ephemeral ones."""
        return [
            container
            for key in ("initContainers", "containers", "ephemeralContainers")
            for container in self.spec.parts(key)
        ]

    @property
    def is_windows(self) -> bool:
        return self.spec.part("os").text("name") == "windows"

    @property
    def in_user_namespace(self) -> bool:
        """Its root is not the node's root."""
        return self.spec.flag("hostUsers") is False


def pod_of(metadata: object, spec: object) -> Pod:
    """Both may have any shape, or be None."""
    return Pod(Part(metadata, "metadata"), Part(spec, "spec"))


def name_of(part: Part) -> str:
    return part.text("name")


def security_of(container: Part) -> Part:
    """A container's securityContext."""
    return container.part("securityContext")
