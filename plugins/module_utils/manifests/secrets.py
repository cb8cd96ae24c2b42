# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which texts hold values that no message may quote."""

from __future__ import annotations

import base64
import binascii
import re

from .tree import MappingNode, Node, ScalarNode, SequenceNode, objects_of

HIDDEN = "(hidden)"
_NAMES_A_SECRET = re.compile(r"kind[\"']?\s*:\s*[\"']?Secret\b")


def holds_secrets(root: Node) -> bool:
    """Whether a document is or has a Secret, also one that is misspelt, or is a kustomization that makes or patches one."""
    return any(_is_secret(node) or _makes_secrets(node) for node in objects_of(root))


def _is_secret(node: Node) -> bool:
    if not isinstance(node, MappingNode):
        return False
    kind = node.entries.get("kind")
    named = isinstance(kind, ScalarNode) and str(kind.value).casefold().startswith("secret")
    return named or "stringData" in node.entries


def _makes_secrets(node: Node) -> bool:
    if not isinstance(node, MappingNode):
        return False
    patches = [
        node.entries[name] for name in ("patches", "patchesJson6902", "patchesStrategicMerge") if name in node.entries
    ]
    return "secretGenerator" in node.entries or any(_mentions_secret(patch) for patch in patches)


def _mentions_secret(node: Node) -> bool:
    """Whether a patch says that its target is a Secret, as fields or in a text of its own."""
    if isinstance(node, SequenceNode):
        return any(_mentions_secret(item) for item in node.items)
    if isinstance(node, MappingNode):
        return _is_secret(node) or any(_mentions_secret(value) for value in node.entries.values())
    return _NAMES_A_SECRET.search(str(node.value)) is not None


def is_base64(text: str) -> bool:
    """Whether the API server takes the text as a Secret's ``data`` value: padded, line breaks allowed."""
    try:
        base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True
