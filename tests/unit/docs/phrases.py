# SPDX-License-Identifier: GPL-3.0-or-later
"""The phrases that this project does not write, and what it writes instead. The test is test_language.py.

The reader may be tired, or read English as a second language. So a sentence uses the active voice, the present tense and the
term of Kubernetes, Ansible or Seldon. To add a phrase, add an entry with one example that it has to find.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

UNIT = r"(?:cluster|tenant|team|namespace|[Ss]erver|[Mm]odel|host|kind|flow|line|row|file|task|job|pod|operator|play|run|slice)"
"""Things that a number is given for."""
_LINK = r"(?:of|in|for|that|by|with|per|to|is|are|from|on|as|than|which|at|and|or|has|under|about|into|if|when|after|before|not|a|an|the|whether|how|what|where|while|until|because|can|could|may|might|must|will|would|should)"


@dataclass(frozen=True)
class Phrase:
    """A regular expression that is compared without regard to case, the advice, and texts that prove both sides of it.

    The text is one paragraph, its lines joined by single spaces.
    """

    pattern: str
    instead: str
    found_in: tuple[str, ...]
    allowed: tuple[str, ...] = ()

    @cached_property
    def expression(self) -> re.Pattern[str]:
        return re.compile(self.pattern, re.IGNORECASE)


PHRASES = (
    Phrase(
        r"\bmak(?:e|es|ing) [^.;:|`]{1,60}? be (?:as|like)\b",
        '"reconciles", "configures"',
        ("makes AWX be like it", "Makes one team's namespace be as described", "make a set of objects be as given"),
        ("makes sure that it is ready",),
    ),
    Phrase(
        r"\bas described\b(?! (?:in|by|under|below|above|with|at|there)\b)",
        '"in the desired state", or "differs from the desired state"',
        ("an object is not as described",),
        ("as described in docs/audit.md", "as described by ansible-doc"),
    ),
    Phrase(
        r"\bcom(?:e|es|ing) to (?:the|a|no|its|which|any|this|that) (?:own )?ServerConfigs?\b",
        '"resolves": the Server\'s `serverConfig` reference is resolved in this order',
        ("A Server comes to the ServerConfig that it names", "comes to no ServerConfig"),
    ),
    Phrase(
        r"\brights\b",
        '"permissions"',
        ("operators with rights in one namespace", "Rights: list"),
        ("copyrights",),
    ),
    Phrase(
        r"(?<!on the )(?<!to the )\bright\b(?!-hand| now\b| away\b| after\b| before\b)",
        '"permission"; as an adjective "correct"',
        ("the right to create namespaces", "a missing right", "put that right", "the right cluster"),
        ("right now", "right away", "the column on the right", "copyright", "a right-hand side"),
    ),
    Phrase(
        r"\b(?:is|are|was|were|be) (?:only |also |then |all )?said\b",
        '"is reported", "is a warning"',
        ("it is only said", "is said", "What is missing is said before"),
    ),
    Phrase(
        r"\b(?:say|says|said|saying) so\b",
        '"reports it", "is a warning"',
        ("later runs leave them alone and say so", "the run says so and who"),
    ),
    Phrase(
        r"\bst(?:and|ands|ood) in\b",
        '"is in"; for an obstacle "prevents"',
        ("What AWX is to have stands in one file", "a finalizer stands in the way"),
        ("a stand-in operator",),
    ),
    Phrase(
        r"\bst(?:and|ands|ood) (?:against|between|for it|for them)\b",
        '"prevents", "is between"',
        ("what stands against it", "only its policies stand between"),
    ),
    Phrase(r"\banew\b", '"again", "recreated"', ("the pods are made anew",)),
    Phrase(
        rf"\b(?:one|two|three|four|(?<![\d.])\d+)(?: or (?:two|three|more))?(?: (?!{_LINK}\b)[A-Za-z-]+){{0,3}} an? {UNIT}\b(?!')",
        '"per": "one report per cluster"',
        (
            "one report a cluster",
            "one or two a flow",
            "one JSON object a line",
            "65 MB a tenant",
            "one operator process a tenant",
        ),
        (
            "one report per cluster",
            "one of a tenant's hosts",
            "one that a Server names",
            "before 1.34 a namespace's content",
        ),
    ),
    Phrase(
        rf"\b(?:(?:an?|the|each) (?:list|report|object|policy|route|recap|host|process|operator)|page|markdown|json) an? {UNIT}\b(?!')",
        '"per": "one list per kind"',
        ("a list a kind", "a recap a tenant", "Markdown and JSON a cluster"),
        ("it could report a Model as loaded", "a list of a tenant's Models"),
    ),
    Phrase(
        r"\b(?:delete|remove|change|write|do|touch) nothing (?:first|beforehand|before)\b",
        '"do not delete anything beforehand"',
        ("Delete nothing first, and never the namespace",),
    ),
    Phrase(
        r"\bto have (?:it|them|one|this|that) without\b",
        '"to create an empty tenant": name the result',
        ("leave the variable out to have it without content",),
    ),
    Phrase(r"\b(?:may|might) as well\b", '"can also"', ("It may as well apply them itself",)),
    Phrase(
        r"\b(?:tell|tells|told) of\b",
        '"reports"',
        ("an event tells of a missing permission", "that too few answers tell of"),
    ),
    Phrase(
        r"(?<!there )\b(?:is|are|was|were) no (?!longer\b|more\b|one\b)[a-z`…]\w*",
        '"is not a", "are not": "is not a quota key"',
        ("cpus is no quota key", "a value that is no date", "names that are no strings"),
        ("there is no Service", "it is no longer needed"),
    ),
    Phrase(
        r"\banother [\w-]+ than\b",
        '"not": "as a non-root user"',
        ("as another user than root",),
    ),
    Phrase(
        r"\b(?:taken|called|take|takes|call|calls|took) (?:for )?fitting\b",
        '"assumed to fit"',
        ("and never taken for fitting", "an unknown use is never called fitting"),
    ),
    Phrase(r"\bis to have\b", '"needs", "gets"', ("what AWX is to have",)),
    Phrase(
        r"\bthe evidence\b",
        '"verification", "the report": a title is "Verifying a deployment"',
        ("# The evidence", "the evidence, in one report"),
    ),
    Phrase(
        r"\b(?:dealt|deals?|dealing)(?: [\w ]{1,40}?)? out\b|\bshared out among\b",
        '"distributed", "divided"',
        ("many tenants are dealt out to several jobs", "AWX deals the hosts of an inventory out to"),
    ),
    Phrase(r"\bbef(?:ell|all|alls|allen)\b", '"happened to"', ("what befell a tenant",)),
    Phrase(r"\bt(?:ake|akes|ook|aken) hold\b", '"takes effect", "applies"', ("the policy takes hold",)),
    Phrase(r"\bof people's\b", "the plain possessive, or the person by role", ("edits of people's",)),
    Phrase(
        r"\bwhat (?:became|becomes) of\b",
        '"the result of", "what happens to"',
        ("what became of each tenant",),
    ),
    Phrase(r"\bwho(?:so)?ever\b", '"anyone who", or the person by role', ("whoever gets the name",)),
    Phrase(r"\bfor ever\b", '"forever"', ("keeps an object for ever",)),
    Phrase(r"\b(?:go|goes|went|way) round\b", '"bypasses"', ("Both go round network policies", "a way round policies")),
    Phrase(r"\bgiv(?:e|es|ing) way to\b", '"is replaced by"', ("The ConfigMap gives way to the team's",)),
    Phrase(
        r"\b(?:still|yet) to come\b|\bthat (?:is|are) to come\b",
        '"that does not exist yet", "that the run creates"',
        ("a namespace that is still to come",),
    ),
    Phrase(
        r"\b(?:hitherto|forthwith|thereof|therein|thereto|wherein|whereof|whereby|lest|behold|foretold|foretell|forsooth)\b",
        "the plain word",
        ("the objects thereof", "as was foretold"),
    ),
    Phrase(
        r"(?:^(?:[-*>|] |\d+\. )?|(?<=[.;|] ))(?:What|Who|Whom|Whose) (?:[^.?!|:]|[.?!:](?! |$))*\.(?= |$)",
        "name the thing that the sentence is about",
        ("It is done. What cannot be known is reported.", "Who is taken off the list loses access."),
        ("What is read?", "## What is read", "| what | meaning |", "it reports what differs."),
    ),
)
