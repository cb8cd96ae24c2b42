# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which texts contain values of Secrets, which no message may quote."""

from __future__ import annotations

import base64
import binascii
import re

from .tree import MappingNode, Node, ScalarNode, SequenceNode, objects_of

HIDDEN = "(hidden)"
_NAMES_A_SECRET = re.compile(r"kind[\"']?\s*:\s*[\"']?Secret\b")


def holds_secrets(root: Node) -> bool:
    """Whether a document contains a Secret, also with a misspelt kind, or is a kustomization that creates or patches one."""
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
    """Whether a patch names a Secret as its target, in fields or in an inline text."""
    if isinstance(node, SequenceNode):
        return any(_mentions_secret(item) for item in node.items)
    if isinstance(node, MappingNode):
        return _is_secret(node) or any(_mentions_secret(value) for value in node.entries.values())
    return _NAMES_A_SECRET.search(str(node.value)) is not None


def is_base64(text: str) -> bool:
    """Whether the API server accepts the text as a value of a Secret's ``data``: with padding; line breaks are allowed."""
    try:
        base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True
