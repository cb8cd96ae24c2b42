# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Judges a pod by the Pod Security Standards as the API server does when the pod is created, after its defaults."""

from __future__ import annotations

from .controls import controls_of
from .part import Malformed
from .pod import pod_of
from .policy import NEWEST, Policy
from .verdict import Unknown, Verdict, Violation


def evaluate(metadata: object, spec: object, policy: Policy, release: int = NEWEST) -> Verdict:
    """``metadata`` and ``spec`` of a pod or a pod template, of any shape: never raises. ``release``: the cluster's
    minor release.
    """
    pod, minor = pod_of(metadata, spec), policy.rules(release)
    violations, unknown = [], []
    for control, judge in controls_of(policy, minor):
        try:
            forbidden = judge(pod)
        except Malformed as error:
            unknown.append(Unknown(control.id, error.path, error.expected))
        else:
            if forbidden is not None:
                violations.append(Violation(control.id, control.level, forbidden))
    return Verdict(policy, minor, tuple(violations), tuple(unknown))
