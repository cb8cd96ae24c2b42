# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads the entries of a kustomization before kustomize runs: it may not fetch or execute anything."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ..diagnosis.diagnostic import Diagnostic
from ..diagnosis.place import Place
from ..diagnosis.quoting import shorten
from ..diagnosis.subject import Subject
from .problem import of_file
from .secrets import holds_secrets
from .source import SUFFIXES, Source, document_problems, read_file, read_text
from .tree import MappingNode, Node, ScalarNode, SequenceNode, to_data

FILE_NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
MAX_DIRECTORIES = 100
MAX_FILES = 500

_BUILDS = ("resources", "bases", "components")
_FILES = ("crds", "configurations", "patchesStrategicMerge")
_PLUGINS = ("generators", "transformers", "validators")
_PATCHES = ("patches", "patchesJson6902", "patchesStrategicMerge")
_WITH_PATH = ("patches", "patchesJson6902", "replacements", "openapi")
GENERATORS = {"configMapGenerator": "ConfigMap", "secretGenerator": "Secret"}
"""The kinds of the objects that fields generate."""
_EXECUTES = {
    "helmCharts": "runs Helm and fetches charts",
    "helmChartInflationGenerator": "runs Helm and fetches charts",
    "helmGlobals": "is for Helm charts, which are not built here",
}
_HARMLESS = (
    "apiVersion",
    "kind",
    "metadata",
    "namespace",
    "namePrefix",
    "nameSuffix",
    "commonLabels",
    "commonAnnotations",
    "labels",
    "images",
    "replicas",
    "vars",
    "generatorOptions",
    "buildMetadata",
    "sortOptions",
    "imageTags",
)
_KNOWN = (*_BUILDS, *_FILES, *_PLUGINS, *_WITH_PATH, *GENERATORS, *_EXECUTES, *_HARMLESS)
_HOSTS = re.compile(r"(www\.)?(github\.com|gitlab\.com|bitbucket\.org|dev\.azure\.com)", re.IGNORECASE)
_PATH_KEYS = ("path", "paths", "files", "envs", "env")
_FUNCTION = ("config.kubernetes.io/function", "config.k8s.io/function")


@dataclass(frozen=True)
class Kustomization:
    """One kustomization file: its directory without symbolic links, its name in messages, and its content."""

    directory: str
    file: str
    root: MappingNode


@dataclass
class Walk:
    """``sources``: the readable files of objects. ``problems``: every reason not to run kustomize.

    ``patches`` are the files of patches. ``secrets``: the folder has values of Secrets, which kustomize may quote in its
    messages.
    """

    kustomizations: list[Kustomization] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    patches: list[Source] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)
    secrets: bool = False


def find_kustomization(directory: str) -> list[str]:
    """The kustomization files of a directory (kustomize accepts exactly one)."""
    return [name for name in FILE_NAMES if os.path.isfile(os.path.join(directory, name))]


def walk(directory: str, shown: str) -> Walk:
    """Reads a kustomization and every local one that it builds on. ``shown`` is the directory's name in messages."""
    result = Walk()
    seen: set[str] = set()
    waiting = [(directory, shown)]
    while waiting:
        path, name = waiting.pop(0)
        real = os.path.realpath(path)
        if real in seen:
            continue
        seen.add(real)
        if len(seen) > MAX_DIRECTORIES or len(result.sources) > MAX_FILES:
            message = f"more than {MAX_DIRECTORIES} kustomizations or {MAX_FILES} files"
            result.problems.append(of_file(shown, message, "split the folder"))
            break
        waiting.extend(_Directory(path, name, result).read())
    return result


class _Directory:
    """One kustomization directory; ``read`` gives the directories that it builds on."""

    def __init__(self, path: str, shown: str, result: Walk) -> None:
        self.path = path
        self.shown = shown
        self.result = result
        self.file = shown

    def read(self) -> list[tuple[str, str]]:
        names = find_kustomization(self.path)
        if len(names) != 1:
            what = "has more than one kustomization file" if names else "has no kustomization.yaml"
            self._problem(None, "", what, "keep one" if names else "add one, or name the files one by one")
            return []
        self.file = os.path.join(self.shown, names[0])
        source = read_file(os.path.join(self.path, names[0]), self.file)
        self.result.problems.extend(source.problems)
        for document in source.documents:
            self.result.problems.extend(document_problems(self.file, document))
            self.result.secrets |= holds_secrets(document.root)
        if len(source.documents) != 1 or not isinstance(source.documents[0].root, MappingNode):
            if not source.problems:
                self._problem(None, "", "must hold one mapping", "list the manifests under resources:")
            return []
        root = source.documents[0].root
        self.result.kustomizations.append(Kustomization(os.path.realpath(self.path), self.file, root))
        return list(self._fields(root))

    def _problem(self, node: Node | None, where: str, message: str, next_step: str) -> None:
        place = Place(self.file, node.line if node else None)
        self.result.problems.append(
            Diagnostic(Subject("Kustomization"), message, where, next_steps=(next_step,), place=place)
        )

    def _fields(self, root: MappingNode) -> Iterator[tuple[str, str]]:
        for name, node in root.entries.items():
            if name in _EXECUTES:
                if not _is_empty(node):
                    self._problem(
                        node, name, _EXECUTES[name], "render the chart yourself and commit the result as a resource"
                    )
            elif name in _BUILDS:
                for entry, text in self._strings(name, node):
                    yield from self._resource(name, entry, text)
            elif name in _FILES:
                for entry, text in self._strings(name, node):
                    if "\n" not in text and self._local_file(name, entry, text) and name in _PATCHES:
                        self._patch(text)
            elif name in _PLUGINS:
                for entry, text in self._strings(name, node):
                    self._plugin(name, entry, text)
            elif name in _WITH_PATH:
                self._paths_in(name, node)
            elif name in GENERATORS:
                self._generator(name, node)
            elif name not in _KNOWN:
                close = difflib.get_close_matches(name, _KNOWN, 1)
                hint = f'did you mean "{close[0]}"?' if close else "remove it"
                self._problem(node, shorten(name), "is not a field that is allowed here", hint)

    def _strings(self, name: str, node: Node) -> Iterator[tuple[Node, str]]:
        if _is_empty(node):
            return
        if not isinstance(node, SequenceNode):
            self._problem(node, name, "must be a list", "write one entry per line, each after a dash")
            return
        for item in node.items:
            if isinstance(item, ScalarNode) and isinstance(item.value, str):
                yield item, item.value
            else:
                self._problem(item, name, "must be a list of paths", "write one path per line, each after a dash")

    def _is_local(self, name: str, node: Node, text: str) -> bool:
        reason = remote(text)
        if reason:
            step = "copy what it names into this folder; nothing is fetched"
            self._problem(node, name, f'"{shorten(text)}" {reason}', step)
        return not reason

    def _resource(self, name: str, node: Node, text: str) -> Iterator[tuple[str, str]]:
        if not self._is_local(name, node, text):
            return
        path = os.path.join(self.path, text)
        if os.path.isdir(path):
            yield path, os.path.normpath(os.path.join(self.shown, text))
        elif self._exists(name, node, text) and self._is_inside(path):
            source = read_file(path, os.path.normpath(os.path.join(self.shown, text)))
            self.result.sources.append(source)
            self.result.problems.extend(source.problems)
            for document in source.documents:
                self.result.problems.extend(document_problems(source.file, document))
                self.result.secrets |= holds_secrets(document.root)

    def _local_file(self, name: str, node: Node, text: str) -> bool:
        return self._is_local(name, node, text) and self._exists(name, node, text)

    def _exists(self, name: str, node: Node, text: str) -> bool:
        path = os.path.join(self.path, text)
        if os.path.isfile(path):
            return True
        if not self._is_inside(path):
            return True  # kustomize's load restriction refuses it; see kustomize_error.py
        folder = os.path.dirname(path)
        names = os.listdir(folder) if os.path.isdir(folder) else []
        close = difflib.get_close_matches(os.path.basename(path), names, 1)
        hint = (
            f'did you mean "{os.path.join(os.path.dirname(text), close[0])}"?'
            if close
            else "correct the path or add the file"
        )
        self._problem(node, name, f'"{shorten(text)}" does not exist', hint)
        return False

    def _is_inside(self, path: str) -> bool:
        root = os.path.realpath(self.path)
        return os.path.realpath(path).startswith(root + os.sep)

    def _plugin(self, name: str, node: Node, text: str) -> None:
        if "\n" in text:
            from_text = read_text(text.encode("utf-8", "surrogatepass"), self.file)
        elif self._local_file(name, node, text):
            path = os.path.join(self.path, text)
            if not os.path.isfile(path) or not self._is_inside(path):
                self._problem(
                    node,
                    name,
                    f'"{shorten(text)}" is not a file of this folder',
                    "name a file next to the kustomization",
                )
                return
            from_text = read_file(path, os.path.normpath(os.path.join(self.shown, text)))
            self.result.problems.extend(from_text.problems)
        else:
            return
        for document in from_text.documents:
            self._only_builtin(name, node, to_data(document.root))
        if not from_text.documents and not from_text.problems:
            self._problem(node, name, f'"{shorten(text)}" holds no object', "remove it")

    def _only_builtin(self, name: str, node: Node, config: Any) -> None:
        config = config if isinstance(config, dict) else {}
        metadata = config.get("metadata")
        annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
        function = isinstance(annotations, dict) and any(key in annotations for key in _FUNCTION)
        kind = shorten(config.get("kind", "of unknown kind"))
        if config.get("apiVersion") != "builtin" or function or str(kind).startswith("Helm"):
            message = f"{kind} is a plugin, which would run a program"
            self._problem(node, name, message, "use kustomize's built-in transformers (apiVersion: builtin) only")
        for text in _path_texts(config):
            if "remote" in remote(text):
                message = f'"{shorten(text)}" in {kind} {remote(text)}'
                self._problem(node, name, message, "copy what it names into this folder; nothing is fetched")

    def _paths_in(self, name: str, node: Node) -> None:
        for entry in node.items if isinstance(node, SequenceNode) else [node]:
            if isinstance(entry, ScalarNode) and isinstance(entry.value, str) and "\n" not in entry.value:
                self._local_file(name, entry, entry.value)
            for path in _entries(entry, "path"):
                if isinstance(path, ScalarNode) and isinstance(path.value, str) and path.value:
                    local = self._local_file(f"{name}.path", path, path.value)
                    if local and name in _PATCHES:
                        self._patch(path.value)

    def _patch(self, text: str) -> None:
        path = os.path.join(self.path, text)
        if not os.path.isfile(path) or not self._is_inside(path):
            return
        source = read_file(path, os.path.normpath(os.path.join(self.shown, text)))
        self.result.patches.append(source)
        self.result.problems.extend(source.problems)
        self.result.secrets |= any(holds_secrets(document.root) for document in source.documents)

    def _generator(self, name: str, node: Node) -> None:
        for entry in node.items if isinstance(node, SequenceNode) else []:
            for files in _entries(entry, "files"):
                for item, text in self._strings(f"{name}.files", files):
                    self._local_file(f"{name}.files", item, text.rpartition("=")[2])
            for envs in _entries(entry, "envs"):
                for item, text in self._strings(f"{name}.envs", envs):
                    self._local_file(f"{name}.envs", item, text)
            for env in _entries(entry, "env"):
                if isinstance(env, ScalarNode) and isinstance(env.value, str) and env.value:
                    self._local_file(f"{name}.env", env, env.value)


def _entries(node: Node, name: str) -> list[Node]:
    """The values of a key as kustomize reads them: Go's JSON reader ignores upper and lower case."""
    if not isinstance(node, MappingNode):
        return []
    return [value for key, value in node.entries.items() if key.casefold() == name]


def _path_texts(config: Any) -> Iterator[str]:
    """Every text of a transformer's configuration that kustomize may use as a path."""
    if isinstance(config, list):
        for item in config:
            yield from _path_texts(item)
    elif isinstance(config, dict):
        for key, value in config.items():
            if key.casefold() in _PATH_KEYS:
                for text in value if isinstance(value, list) else [value]:
                    if isinstance(text, str) and "\n" not in text:
                        yield text.rpartition("=")[2]
            yield from _path_texts(value)


def remote(text: str) -> str:
    """Why kustomize might read this path from the network; empty when it cannot."""
    first = text.split("/", 1)[0]
    if "://" in text or "::" in text or "?" in text:
        return "is a remote reference"
    if "@" in first or ":" in first or _HOSTS.fullmatch(first):
        return "is a remote reference"
    if "_git/" in text or "\\" in text:
        return "may be a remote reference"
    if text.startswith("/"):
        return "is an absolute path"
    return ""


def looks_like_manifests(directory: str) -> bool:
    """Whether load_manifests could read this directory, so that it can be suggested."""
    if find_kustomization(directory):
        return True
    return any(name.endswith(SUFFIXES) and not name.startswith(".") for name in os.listdir(directory))


def _is_empty(node: Node) -> bool:
    if isinstance(node, ScalarNode):
        return node.value is None
    return not (node.items if isinstance(node, SequenceNode) else node.entries)
