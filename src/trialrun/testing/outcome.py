"""From a result to a passed or failed test, and to whoever listens. No torch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from trialrun.errors import UsageError
from trialrun.evidence.numerics import NumericsResult, Verdict
from trialrun.testing.listeners import listeners

UNTOLD = (Verdict.INCONCLUSIVE.value, Verdict.UNSUPPORTED.value)  # nothing was shown: fails, unless it is allowed


@dataclass(frozen=True)
class AssertionResult:
    """What an assertion that is no experiment of the laboratory came to.

    ``reason``: one sentence with the measured numbers; ``summary``: further lines; ``advice``: what to do, "" for
    nothing; ``facts``: the numbers by name, as JSON values; ``rows``: the lines of a CSV, by column.
    """

    verdict: str
    ok: bool
    reason: str
    summary: tuple[str, ...] = ()
    advice: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    rows: tuple[dict[str, Any], ...] = ()
    seconds: float = 0.0


R = TypeVar("R", NumericsResult, AssertionResult)


def settle(assertion: str, result: R, allow: tuple[str, ...]) -> R:
    """``result``, where nothing speaks against it or its verdict is in ``allow``.

    Raises AssertionError with the verdict, the numbers and what to do.
    """
    __tracebackhide__ = True  # in pytest the traceback ends at the test's own line
    verdict = verdict_of(result)
    passed = result.ok or verdict in allow
    for listener in tuple(listeners):
        listener(assertion, verdict, passed, result)
    if not passed:
        raise AssertionError(message(assertion, result))
    return result


def verdict_of(result: NumericsResult | AssertionResult) -> str:
    """The word."""
    return result.verdict.value if isinstance(result.verdict, Verdict) else result.verdict


def message(assertion: str, result: NumericsResult | AssertionResult) -> str:
    """A failed assertion, in words."""
    verdict = verdict_of(result)
    meaning = f" ({result.verdict.meaning})" if isinstance(result.verdict, Verdict) else ""
    lines = [f"{assertion}: {verdict}{meaning}", f"  {result.reason}"]
    if result.advice:
        lines.append(f"  {result.advice}")
    if verdict in UNTOLD:
        lines.append(f'  Nothing was shown, so this fails; allow=("{verdict}",) lets it pass where that is known.')
    if verdict == Verdict.COUPLED.value and "expect=" not in result.advice:
        lines.append('  Where samples are meant to influence each other: expect=("COUPLED",).')
    return "\n".join([*lines, *(["", *(f"  {line}" for line in result.summary)] if result.summary else [])])


def allowed(names: str | Iterable[str]) -> tuple[str, ...]:
    """``allow=``: verdicts under which nothing was shown and the test is to pass all the same.

    Raises UsageError for another verdict.
    """
    return _words("allow", names, UNTOLD)


def expected(names: str | Iterable[str]) -> tuple[str, ...]:
    """``expect=``: verdicts declared legitimate. Raises UsageError for one that is none."""
    return _words("expect", names, (Verdict.COUPLED.value,))


def _words(option: str, names: str | Iterable[str], known: tuple[str, ...]) -> tuple[str, ...]:
    given = (names,) if isinstance(names, str) else tuple(names)
    found = tuple(str(getattr(name, "value", name)).upper() for name in given)
    unknown = [name for name in found if name not in known]
    if unknown:
        raise UsageError(f"{option}={names!r}: {unknown[0]} is none of {', '.join(known)}.")
    return found
