# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A file on disk to documents. Regular UTF-8 files of bounded size only; what is in them is data, never a template."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass

from .json_text import read_json
from .problem import Problem
from .secrets import HIDDEN, holds_secrets
from .tree import Document, Fault, Unreadable
from .yaml_text import read_yaml

MAX_FILE = 8 * 1024 * 1024
SUFFIXES = (".yaml", ".yml", ".json")


@dataclass(frozen=True)
class Source:
    """What a text holds: its documents up to where it became unreadable, and the problems on the way."""

    file: str
    documents: tuple[Document, ...]
    problems: tuple[Problem, ...]


def read_file(path: str, shown: str) -> Source:
    """Reads one manifest file; ``shown`` is its name in messages."""
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):
            return _refused(shown, "is not a regular file", "name a file or a directory of manifests")
        with open(path, "rb") as stream:
            content = stream.read(MAX_FILE + 1)
    except OSError as error:
        return _refused(shown, f"cannot be read: {error.strerror}", "check the path and its permissions")
    return read_text(content, shown, json=path.endswith(".json"))


def read_text(content: bytes, shown: str, *, json: bool = False) -> Source:
    """Reads the content of a manifest file."""
    if len(content) > MAX_FILE:
        return _refused(shown, f"is larger than {MAX_FILE // 1024 // 1024} MiB", "split it")
    if b"\0" in content:
        return _refused(shown, "is not text", "name YAML or JSON files only (UTF-8)")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return Source(shown, (), (Problem(shown, line, "", "", "is not UTF-8", "save the file as UTF-8"),))
    documents: list[Document] = []
    problems: list[Problem] = []
    try:
        for document in read_json(text) if json else read_yaml(text):
            documents.append(document)
    except Unreadable as stop:
        problems.append(fault_problem(shown, stop.fault))
    return Source(shown, tuple(documents), tuple(problems))


def document_problems(file: str, document: Document, title: str = "") -> list[Problem]:
    """The problems that a document's faults are, without what they quote where that may be a Secret's value."""
    hide = holds_secrets(document.root)
    return [fault_problem(file, fault, title, hide=hide) for fault in document.faults]


def fault_problem(file: str, fault: Fault, title: str = "", *, hide: bool = False) -> Problem:
    """The problem that a fault of a text is."""
    message = fault.message.replace(fault.quoted, HIDDEN) if hide and fault.quoted else fault.message
    return Problem(file, fault.line, title, fault.field, message, fault.next_step)


def _refused(shown: str, message: str, next_step: str) -> Source:
    return Source(shown, (), (Problem(shown, None, "", "", message, next_step),))
