# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the lab's programs from their Go modules, once per version: an entry of the cache is complete or absent."""

from __future__ import annotations

import fcntl
import hashlib
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from .errors import LabError
from .layout import REPOSITORY, cache
from .progress import Say
from .python_packages import envoy_binary
from .toolchain import Go, find_go

MODULES = REPOSITORY / "lab" / "go"
RECIPE = "1"  # part of every cache key: raise it when this file builds a different result from the same modules
REPORT_EVERY = 15.0  # seconds


@dataclass(frozen=True)
class Program:
    """One binary, built from one module below lab/go.

    `links` are the names it is called by, `stamps` the variables the linker sets (values may use {version}, {minor} ...
    of `versions`), `extras` folders of the Go module that are kept next to the binary, `tags` Go's build tags.
    """

    name: str
    package: str
    module: str
    links: tuple[str, ...]
    stamps: Mapping[str, str]
    extras: tuple[str, ...] = ()
    # Not in the repr, which is part of every cache key: binaries built before tags existed stay valid.
    tags: tuple[str, ...] = field(default=(), repr=False)


_COMPONENT = "k8s.io/component-base/version"
_HELM = "helm.sh/helm/v3"

PROGRAMS = (
    Program(
        "controlplane",
        ".",
        "k8s.io/kubernetes",
        ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl"),
        # Without these the server calls itself v0.0.0-master+$Format:%H$, which kubectl and Helm refuse to parse.
        {
            f"{_COMPONENT}.gitVersion": "{version}",
            f"{_COMPONENT}.gitMajor": "{major}",
            f"{_COMPONENT}.gitMinor": "{minor}",
        },
    ),
    Program(
        "kwok",
        "sigs.k8s.io/kwok/cmd/kwok",
        "sigs.k8s.io/kwok",
        ("kwok",),
        {},
        ("kustomize/stage/node/fast", "kustomize/stage/node/heartbeat-with-lease", "kustomize/stage/pod/fast"),
    ),
    Program(
        "helm",
        f"{_HELM}/cmd/helm",
        _HELM,
        ("helm",),
        # The Kubernetes version that `helm template` assumes; v1.20 when not set.
        {
            f"{_HELM}/internal/version.version": "{version}",
            **{
                f"{_HELM}/{place}.k8sVersion{part}": value
                for place in ("pkg/lint/rules", "pkg/chartutil")
                for part, value in (("Major", "1"), ("Minor", "{client_minor}"))
            },
        },
    ),
    Program(
        "kustomize",
        "sigs.k8s.io/kustomize/kustomize/v5",
        "sigs.k8s.io/kustomize/kustomize/v5",
        ("kustomize",),
        {"sigs.k8s.io/kustomize/api/provenance.version": "{version}"},
    ),
)


PROMTOOL = Program(
    "promtool",
    "github.com/prometheus/prometheus/cmd/promtool",
    "github.com/prometheus/prometheus",
    ("promtool",),
    {},
    # Only rules are tested, so it is built without service discoveries: their cloud libraries are two thirds of it.
    tags=("remove_all_sd", "remove_all_remote_write"),
)
"""For the tests of alerts only, so that no lab waits for it."""


@dataclass(frozen=True)
class Built:
    """`programs`: name of the command -> binary; `stages`: the files with KWOK's stages."""

    programs: Mapping[str, Path]
    stages: tuple[Path, ...]


def build_all(say: Say) -> Built:
    """Builds the programs that are not in the cache: minutes the first time, milliseconds afterwards."""
    entries = [(program, _entry(program)) for program in PROGRAMS]
    missing = [(program, entry) for program, entry in entries if not entry.exists()]
    if missing:
        say(
            f"programs to build: {', '.join(program.name for program, _ in missing)} (about 10 minutes for all four on 2 cores, only the first time)"
        )
        go = find_go(say)
        for program, entry in missing:
            _build(program, entry, go, say)
    return Built(
        {
            **{link: entry / program.name for program, entry in entries for link in program.links},
            "envoy": envoy_binary(say),
        },
        tuple(
            sorted(
                path
                for _, entry in entries
                for path in (entry / "extras").rglob("*.yaml")
                if path.name != "kustomization.yaml"
            )
        ),
    )


def is_built(program: Program) -> bool:
    """Whether the program is in the cache."""
    return _entry(program).exists()


def build_one(program: Program, say: Say) -> Path:
    """The path of the binary, which is built if it is not in the cache."""
    entry = _entry(program)
    if not entry.exists():
        _build(program, entry, find_go(say), say)
    return entry / program.name


def required_versions(go_mod: str) -> dict[str, str]:
    """Module -> version, from the text of a go.mod; a replacement's version wins."""
    required = dict(re.findall(r"^\s*(?:require\s+)?(\S+\.\S+) (v\S+)", go_mod, re.MULTILINE))
    replaced = dict(re.findall(r"^\s*(?:replace\s+)?(\S+) => \S+ (v\S+)", go_mod, re.MULTILINE))
    return {**required, **replaced}


def linker_flags(program: Program, versions: Mapping[str, str]) -> str:
    version = versions[program.module]
    major, minor = version.lstrip("v").split(".")[:2]
    client_minor = versions.get("k8s.io/client-go", "v0.0").split(".")[1]
    stamps = [
        f"-X {name}={value.format(version=version, major=major, minor=minor, client_minor=client_minor)}"
        for name, value in program.stamps.items()
    ]
    return " ".join(["-s", "-w", *stamps])


def _entry(program: Program) -> Path:
    folder = MODULES / program.name
    sources = sorted(path for path in folder.iterdir() if path.name in ("go.mod", "go.sum") or path.suffix == ".go")
    digest = hashlib.sha256(f"{RECIPE} {program}{''.join(f' {tag}' for tag in program.tags)}".encode())
    for source in sources:
        digest.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
    version = required_versions((folder / "go.mod").read_text())[program.module]
    return cache() / "programs" / f"{program.name}-{version}-{digest.hexdigest()[:12]}"


def _build(program: Program, entry: Path, go: Go, say: Say) -> None:
    entry.parent.mkdir(parents=True, exist_ok=True)
    with _only_one(entry.parent / f"{program.name}.lock", say, program.name):
        if entry.exists():
            return
        for abandoned in entry.parent.glob(f"{program.name}-*.building.*"):
            shutil.rmtree(abandoned)
        temporary = Path(tempfile.mkdtemp(dir=entry.parent, prefix=f"{entry.name}.building."))
        temporary.chmod(0o755)
        folder = MODULES / program.name
        flags = linker_flags(program, required_versions((folder / "go.mod").read_text()))
        tags = ["-tags", ",".join(program.tags)] if program.tags else []
        if not tags:  # with tags, `go build` downloads only the modules that it needs
            _run(
                ["go", "mod", "download"],
                go,
                folder,
                temporary / "build.log",
                say,
                f"downloading the modules of {program.name}",
            )
        command = ["go", "build", *tags, "-o", str(temporary / program.name), "-ldflags", flags, program.package]
        _run(command, go, folder, temporary / "build.log", say, f"building {entry.name}")
        for extra in program.extras:
            kept = temporary / "extras" / extra
            kept.mkdir(parents=True)
            for source in (_module_folder(program, go) / extra).glob("*.yaml"):
                shutil.copyfile(source, kept / source.name)
        temporary.rename(entry)


def _run(command: list[str], go: Go, folder: Path, log: Path, say: Say, what: str) -> None:
    say(what)
    reported = time.monotonic()
    with log.open("ab") as output:
        process = subprocess.Popen(
            ["nice", go.executable, *command[1:]],
            cwd=folder,
            env=go.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        try:
            while process.poll() is None:
                time.sleep(0.2)
                if time.monotonic() - reported >= REPORT_EVERY:
                    reported = time.monotonic()
                    say(f"{what} ...")
        except BaseException:
            process.terminate()
            process.wait()
            raise
    if process.returncode != 0:
        last = "\n".join(log.read_text(errors="replace").strip().splitlines()[-10:])
        raise LabError(
            f"`{' '.join(command[:2])}` failed while {what}:\n{last}\nNext: see {log}; check that the Go module proxy answers."
        )


def _module_folder(program: Program, go: Go) -> Path:
    command = [go.executable, "list", "-m", "-f", "{{.Dir}}", program.module]
    answer = subprocess.run(
        command, cwd=MODULES / program.name, env=go.environment, capture_output=True, text=True, check=True
    )
    return Path(answer.stdout.strip())


@contextmanager
def _only_one(lock: Path, say: Say, name: str) -> Iterator[None]:
    """A lock, so that two labs that start with an empty cache build each program once."""
    with lock.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting: another lab is building {name}")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
