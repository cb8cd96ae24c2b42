# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Formats a verification for people."""

from __future__ import annotations

DOCUMENTATION = r"""
name: verification_report
short_description: Formats a verification as HTML, as Markdown or as text
version_added: 0.1.0
description:
  - The HTML is one file that loads nothing from elsewhere.
  - Text from the cluster is escaped, so it cannot become markup in any format.
positional: form
options:
  _input:
    description: The document from P(ml_platform.seldon.verification#filter).
    type: dict
    required: true
  form:
    description: The format. V(html) for people, V(markdown) for a pull request, V(text) for a terminal.
    type: str
    choices: [html, markdown, text]
    required: true
author:
  - The ml_platform.seldon authors (@ml-platform)
"""

EXAMPLES = r"""
- name: Write the report as HTML
  ansible.builtin.copy:
    content: "{{ document | ml_platform.seldon.verification_report('html') }}"
    dest: report.html
    mode: "0644"
"""

RETURN = r"""
_value:
  description: The formatted report. V(text) has at most 30 lines.
  type: str
"""

import typing as t
from collections.abc import Mapping

from ansible.errors import AnsibleFilterError
from ansible_collections.ml_platform.seldon.plugins.plugin_utils._action import plain
from ansible_collections.ml_platform.seldon.plugins.plugin_utils._verification.html.page import as_html
from ansible_collections.ml_platform.seldon.plugins.plugin_utils._verification.markdown import as_markdown
from ansible_collections.ml_platform.seldon.plugins.plugin_utils._verification.text import as_text

FORMS: t.Final[dict[str, t.Callable[[Mapping[str, t.Any]], str]]] = {
    "html": as_html,
    "markdown": as_markdown,
    "text": lambda document: "\n".join(as_text(document)),
}


def verification_report(document: Mapping[str, t.Any], form: str) -> str:
    """The document in one of FORMS."""
    if form not in FORMS:
        raise AnsibleFilterError(f"verification_report: {form!r} is not a form. Expected one of {', '.join(FORMS)}")
    return FORMS[form](plain(document))


class FilterModule:
    """The filter under its name."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name to function."""
        return {"verification_report": verification_report}
