# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a verification finds besides the audit's findings. An id never changes its meaning."""

from __future__ import annotations

from ..audit.finding import Rule, Severity

SERVER = Rule(
    "TV101",
    Severity.HIGH,
    "a Server does not get the ServerConfig that it should",
    "it does not run, or runs with another team's images and limits",
    "ansible-doc ml_platform.seldon.serverconfig_info, and docs/troubleshooting.md",
)
ANSWER = Rule(
    "TV201",
    Severity.HIGH,
    "a request is not answered as expected",
    "whoever uses the model gets errors, or another answer",
    "kubectl get models,servers,pods in the tenant's namespace; docs/inference.md tells what each message means",
)
SPLIT = Rule(
    "TV202",
    Severity.MEDIUM,
    "an Experiment does not split its traffic by its weights",
    "what the Experiment measures is not what it seems to measure",
    "compare the weights of the Experiment with those that the scheduler has: kubectl get experiment -o yaml",
)
DRIFT = Rule(
    "TV301",
    Severity.MEDIUM,
    "an object is not as described",
    "what the inventory and the team's folder say is not what runs",
    "run the deployment playbook for the tenant again; with --check --diff it shows the difference first",
)
RULES = {rule.id: rule for rule in (SERVER, ANSWER, SPLIT, DRIFT)}
