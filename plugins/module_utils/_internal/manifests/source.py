# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads a file into documents. Only regular UTF-8 files of limited size; their content is data and never a template."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass

from ..diagnosis.diagnostic import Diagnostic
from ..diagnosis.place import Place
from ..diagnosis.subject import UNNAMED, Subject
from .json_text import read_json
from .problem import of_file
from .secrets import HIDDEN, holds_secrets
from .tree import Document, Fault, Unreadable
from .yaml_text import read_yaml

MAX_FILE = 8 * 1024 * 1024
SUFFIXES = (".yaml", ".yml", ".json")


@dataclass(frozen=True)
class Source:
    """The documents of a text up to the first unreadable one, and the problems."""

    file: str
    documents: tuple[Document, ...]
    problems: tuple[Diagnostic, ...]


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
        return Source(shown, (), (of_file(shown, "is not UTF-8", "save the file as UTF-8", line),))
    documents: list[Document] = []
    problems: list[Diagnostic] = []
    try:
        for document in read_json(text) if json else read_yaml(text):
            documents.append(document)
    except Unreadable as stop:
        problems.append(fault_problem(shown, stop.fault))
    return Source(shown, tuple(documents), tuple(problems))


def document_problems(file: str, document: Document, subject: Subject = UNNAMED) -> list[Diagnostic]:
    """The diagnostics of a document's faults. Values are hidden where they may be a Secret's."""
    hide = holds_secrets(document.root)
    return [fault_problem(file, fault, subject, hide=hide) for fault in document.faults]


def fault_problem(file: str, fault: Fault, subject: Subject = UNNAMED, *, hide: bool = False) -> Diagnostic:
    """The diagnostic of a fault. ``hide``: without the value that it quotes."""
    message = fault.message.replace(fault.quoted, HIDDEN) if hide and fault.quoted else fault.message
    return Diagnostic(subject, message, fault.field, next_steps=(fault.next_step,), place=Place(file, fault.line))


def _refused(shown: str, message: str, next_step: str) -> Source:
    return Source(shown, (), (of_file(shown, message, next_step),))
