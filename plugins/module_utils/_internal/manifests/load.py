# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Loads files, directories and kustomizations as one set of manifests, and reports all problems of the set at once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from ..diagnosis.diagnostic import Diagnostic
from ..diagnosis.place import Place
from ..diagnosis.subject import UNNAMED
from .kustomization import find_kustomization, looks_like_manifests, walk
from .kustomize import TIMEOUT, Refusal, build, find_binary
from .kustomize_error import explain
from .manifest import Manifest, Origin, check_object, find_duplicates, identity_of, subject_of
from .problem import ManifestError, of_file
from .source import SUFFIXES, Source, document_problems, read_file, read_text
from .tree import objects_of, to_data

MAX_FILES = 500
MAX_OBJECTS = 2000


def load_manifests(
    paths: Iterable[str],
    *,
    kustomize: str | None = None,
    relative_to: str | None = None,
    timeout: float = TIMEOUT,
    max_objects: int | None = None,
) -> list[Manifest]:
    """The objects of all paths, in the order of the paths. Raises ManifestError with every problem of the set.

    A path is a file (.yaml, .yml, .json), a kustomization (its directory, or its kustomization.yaml), or a directory
    without one: then its .yaml, .yml and .json files in the order of their names, without hidden files and subdirectories.
    A path without any object is a problem: an empty set would remove the team's objects.

    ``kustomize`` is the program for kustomizations (default: kustomize, else kubectl, on PATH); ``timeout`` is its
    limit in seconds. ``max_objects`` limits the set (default: MAX_OBJECTS, the limit for a team). Messages name files
    as ``paths`` do or, where ``relative_to`` is given, relative to that directory.
    """
    loader = _Loader(kustomize, relative_to, timeout, max_objects or MAX_OBJECTS)
    for path in paths:
        loader.path(path)
    if not loader.problems:
        loader.problems.extend(find_duplicates(loader.manifests))
    if loader.problems:
        raise ManifestError(loader.problems)
    return loader.manifests


class _Loader:
    def __init__(self, kustomize: str | None, relative_to: str | None, timeout: float, max_objects: int) -> None:
        self.kustomize = kustomize
        self.relative_to = relative_to
        self.timeout = timeout
        self.max_objects = max_objects
        self.manifests: list[Manifest] = []
        self.problems: list[Diagnostic] = []

    def path(self, path: str) -> None:
        """Loads one path."""
        if not path:
            step = "name a file, a directory or a kustomization, or give an empty list"
            self.problems.append(Diagnostic(UNNAMED, "a path of the manifests is empty", next_steps=(step,)))
            return
        before = len(self.manifests), len(self.problems)
        shown = os.path.relpath(path, self.relative_to) if self.relative_to else os.path.normpath(path)
        if os.path.isdir(path):
            if find_kustomization(path):
                self._kustomization(path, shown)
            else:
                self._directory(path, shown)
        elif os.path.basename(path) in find_kustomization(os.path.dirname(path) or "."):
            self._kustomization(os.path.dirname(path) or ".", os.path.dirname(shown) or ".")
        elif not os.path.exists(path):
            self._problem(shown, "does not exist", "correct the path")
        elif not path.endswith(SUFFIXES):
            self._problem(shown, "is neither YAML nor JSON", f"name files that end in {', '.join(SUFFIXES)}")
        else:
            self._source(read_file(path, shown))
        if before == (len(self.manifests), len(self.problems)):
            self._problem(
                shown, "holds no object", "add one, or remove the path from the list if it has no objects on purpose"
            )

    def _problem(self, file: str, message: str, next_step: str) -> None:
        self.problems.append(of_file(file, message, next_step))

    def _directory(self, path: str, shown: str) -> None:
        try:
            names = sorted(os.listdir(path))
        except OSError as error:
            self._problem(shown, f"cannot be read: {error.strerror}", "check its permissions")
            return
        files = [
            name
            for name in names
            if name.endswith(SUFFIXES) and not name.startswith(".") and os.path.isfile(os.path.join(path, name))
        ]
        if len(files) > MAX_FILES:
            self._problem(shown, f"has more than {MAX_FILES} files", "split it into several directories")
            return
        if not files:
            below = next(_manifest_directories(path, shown), None)
            hint = f'did you mean "{below}"?' if below else "add .yaml, .yml or .json files"
            self._problem(shown, "has no manifests (subdirectories are not read)", hint)
        for name in files:
            self._source(read_file(os.path.join(path, name), os.path.join(shown, name)))

    def _kustomization(self, directory: str, shown: str) -> None:
        read = walk(directory, shown)
        if read.problems:
            self.problems.extend(read.problems)
            return
        command = find_binary(self.kustomize, shown)
        if isinstance(command, Diagnostic):
            self.problems.append(command)
            return
        output = build(command, directory, shown, self.timeout)
        if isinstance(output, Refusal):
            by_hand = f"{os.path.basename(command[0])} {command[1]}"
            output = explain(output.errors, directory, shown, read, by_hand)
        if isinstance(output, Diagnostic):
            self.problems.append(output)
            return
        file = os.path.join(shown, find_kustomization(directory)[0])
        self._source(read_text(output, file), _origins(read.sources))

    def _source(self, source: Source, origins: dict[tuple[str, str, str], Origin] | None = None) -> None:
        """Adds the objects of a text. For a built text ``origins`` has the places where its objects are written."""
        built = origins is not None
        before = len(self.problems)
        self.problems.extend(problem if not built else _without_line(problem) for problem in source.problems)
        for document in source.documents:
            for problem in document_problems(source.file, document, subject_of(document.root)):
                self.problems.append(_without_line(problem) if built else problem)
            for node in objects_of(document.root):
                origin = Origin(source.file, node.line, own_text=True)
                if origins is not None:
                    identity = identity_of(node)
                    origin = (
                        origins.get(identity, Origin(source.file, None, False))
                        if identity
                        else Origin(source.file, None, False)
                    )
                wrong = list(check_object(node, origin))
                self.problems.extend(wrong)
                if wrong or document.faults:
                    continue
                if len(self.manifests) >= self.max_objects:
                    self._problem(
                        source.file,
                        f"the set has more than {self.max_objects} objects",
                        "split it into several tenants",
                    )
                    return
                self.manifests.append(Manifest(to_data(node), origin.file, origin.line, len(self.manifests)))
        self.problems[before:] = sorted(self.problems[before:], key=_line_of)


def _origins(sources: Iterable[Source]) -> dict[tuple[str, str, str], Origin]:
    """The origin of each (group, kind, name). Those that are written twice are left out, because their origin is ambiguous."""
    origins: dict[tuple[str, str, str], Origin] = {}
    twice: set[tuple[str, str, str]] = set()
    for source in sources:
        for document in source.documents:
            for node in objects_of(document.root):
                identity = identity_of(node)
                if identity in origins:
                    twice.add(identity)
                elif identity is not None:
                    origins[identity] = Origin(source.file, node.line, own_text=False)
    return {identity: origin for identity, origin in origins.items() if identity not in twice}


def _without_line(problem: Diagnostic) -> Diagnostic:
    return problem.at(Place(problem.place.file)) if problem.place else problem


def _line_of(problem: Diagnostic) -> int:
    return (problem.place.line if problem.place else None) or 0


def _manifest_directories(path: str, shown: str) -> Iterator[str]:
    """Subdirectories with manifests, to suggest them: the nearest first, two levels deep."""
    level = [(path, shown)]
    for _unused in range(2):
        below = []
        for folder, name in level:
            for entry in sorted(os.listdir(folder)):
                if os.path.isdir(os.path.join(folder, entry)) and not entry.startswith("."):
                    below.append((os.path.join(folder, entry), os.path.join(name, entry)))
        for folder, name in below:
            if os.access(folder, os.R_OK | os.X_OK) and looks_like_manifests(folder):
                yield name
        level = [entry for entry in below if os.access(entry[0], os.R_OK | os.X_OK)]
