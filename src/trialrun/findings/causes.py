"""A cause and its symptom are one defect: the symptom is told with its cause, not beside it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from trialrun.findings.finding import Finding, Severity


def folded(findings: Sequence[Finding]) -> list[Finding]:
    """The findings without those that another one explains; that one names them in ``explains``, and has them folded.

    A symptom names its causes in ``explained_by``. A note is too weak to be one: it may be right as it is.
    """
    causes: dict[int, int] = {}  # of each symptom, by their places; a cause is itself explained by nothing
    for symptom, finding in enumerate(findings):
        for cause, other in enumerate(findings):
            if cause != symptom and _explains(other, finding) and not any(_explains(o, other) for o in findings):
                causes[symptom] = cause
    told: dict[int, list[Finding]] = {}
    for symptom, cause in causes.items():
        told.setdefault(cause, []).append(findings[symptom])
    return [
        _with(finding, told[number]) if number in told else finding
        for number, finding in enumerate(findings)
        if number not in causes
    ]


def _with(cause: Finding, symptoms: Sequence[Finding]) -> Finding:
    explains = dict.fromkeys((*cause.explains, *(symptom.code for symptom in symptoms)))
    return dataclasses.replace(cause, explains=tuple(explains), folded=tuple(symptoms))


def _explains(cause: Finding, symptom: Finding) -> bool:
    return cause.code in symptom.explained_by and cause.severity is not Severity.NOTE
