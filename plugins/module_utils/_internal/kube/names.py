# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Rules for names and texts of users that are written into objects."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 4096
_TEMPLATE = ("{{", "{%", "{#")
_NAME_PART = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?", re.ASCII)
_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*", re.ASCII)
_DNS_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", re.ASCII)
_RFC_1035_LABEL = re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?", re.ASCII)


def is_dns_label(text: str) -> bool:
    """Whether it is an RFC 1123 label: the name of a namespace."""
    return _DNS_LABEL.fullmatch(text) is not None


def is_rfc_1035_label(text: str) -> bool:
    """Whether it is an RFC 1035 label, which begins with a letter: the name of a Service."""
    return _RFC_1035_LABEL.fullmatch(text) is not None


def is_dns_subdomain(text: str) -> bool:
    """Whether it is an RFC 1123 subdomain: the name of most objects."""
    return len(text) <= 253 and _SUBDOMAIN.fullmatch(text) is not None


def is_label_value(text: str) -> bool:
    """Whether it is a label's value: empty, or at most 63 characters that begin and end with a letter or digit."""
    return text == "" or _NAME_PART.fullmatch(text) is not None


def is_qualified_name(text: str) -> bool:
    """Whether it is the key of a label or annotation: ``name`` or ``prefix.example/name``."""
    prefix, slash, name = text.rpartition("/")
    return _NAME_PART.fullmatch(name) is not None and (not slash or is_dns_subdomain(prefix))


def unsafe(text: str) -> str:
    """Why free text (annotations, group names) is refused; empty when it is accepted."""
    if len(text) > LONGEST:
        return f"is longer than {LONGEST} characters"
    if any(mark in text for mark in _TEMPLATE):
        return "holds a template marker ({{, {% or {#); values are data and are never templated"
    if any(unicodedata.category(character).startswith("C") for character in text):
        return "holds a control or invisible character"
    if unicodedata.normalize("NFKC", text) != text:
        return "holds look-alike characters (it is not in Unicode form NFKC)"
    if text != text.strip():
        return "begins or ends with white space"
    return ""
