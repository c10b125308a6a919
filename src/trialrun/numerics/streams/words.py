"""The verdict on a loader's streams, and its words; pure."""

from __future__ import annotations

from typing import Any

from trialrun.evidence.numerics import Verdict
from trialrun.numerics.streams.judging import Stream

_SEEDED_BY_LOADER = "DataLoader seeds the global generators of torch, Python and NumPy anew for each worker and epoch"
_ON_PURPOSE = "Where the same numbers in every epoch are wanted (a validation set), seed by the item's index instead."


def judged(
    found: list[Stream], heeded: dict[str, bool], facts: dict[str, Any], initialised: bool, caught: bool
) -> tuple[Verdict, str, tuple[str, ...], str]:
    """Verdict, reason, summary, advice.

    ``heeded``: for each stream that repeats, whether items depend on it; ``initialised``: the loader has a
    ``worker_init_fn``; ``caught``: the negative control was.
    """
    read = f"{facts['items']} items in {facts['epochs']} epochs with {facts['workers']} workers"
    summary = [f"{stream.name}: {stream.draws} draws, {_state(stream, heeded)}" for stream in found]
    summary += _alone(facts)
    if not caught:
        reason = f"the negative control was not caught in {read}: a generator planted on the data set did not repeat."
        return Verdict.INCONCLUSIVE, reason, tuple(summary), ""
    repeating = [stream for stream in found if stream.repeats and heeded.get(stream.name, True)]
    if repeating:
        told = "; ".join(f"from {stream.name}, {stream.told()}" for stream in repeating)
        return Verdict.BUG, f"random numbers repeat in {read}: {told}.", tuple(summary), _advice(repeating, initialised)
    same = facts["items_same_between_epochs"]
    if not found and same is not None and same < 1:
        reason = (
            f"none of the known random streams was drawn from in {read}, yet {1 - same:.0%} of the items differ between"
            " epochs: they draw from a source that was not found, so that nothing can be said of it."
        )
        advice = "A generator made without a seed, or os.urandom, cannot be repeated: draw from torch's generator."
        return Verdict.INCONCLUSIVE, reason, tuple(summary), advice
    if not found:
        return Verdict.BITWISE, f"no random stream is drawn from: {read} were read.", tuple(summary), ""
    names = ", ".join(stream.name for stream in found)
    reason = f"every stream drawn from ({names}) is distinct by worker and epoch, in {read}."
    if any(stream.repeats for stream in found):
        reason = f"no numbers that items depend on repeat by worker or epoch, in {read} (drawn from: {names})."
    return Verdict.BITWISE, reason, tuple(summary), ""


def _state(stream: Stream, heeded: dict[str, bool]) -> str:
    if not stream.repeats:
        return "all distinct"
    if not heeded.get(stream.name, True):
        return "repeated, but what items hold does not depend on it: it is seeded anew within an item"
    return stream.told()


def _alone(facts: dict[str, Any]) -> list[str]:
    if not facts["read_without_workers"]:
        return ["Not read without workers: the data set cannot be copied."]
    repeated = facts["repeated_without_workers"]
    lines = [f"Without workers: {', '.join(repeated) or 'no stream'} repeats from epoch to epoch."]
    same = facts["items_same_as_without_workers"]
    if same is not None:
        lines.append(
            f"{same:.0%} of the items of the first epoch hold the same with {facts['workers']} workers as without."
        )
    return lines


def _advice(repeating: list[Stream], initialised: bool) -> str:
    lines = []
    own = [stream.name for stream in repeating if not stream.name.endswith("(global)")]
    if own:
        lines.append(
            f"{_SEEDED_BY_LOADER}, but each worker gets a copy of {', '.join(own)}. Draw from a global generator, or"
            " make this one in the worker: numpy.random.default_rng(torch.initial_seed())."
        )
    if len(own) < len(repeating):
        where = "worker_init_fn seeds" if initialised else "something seeds"
        lines.append(f"{where} a global generator with a fixed number. Leave that out: {_SEEDED_BY_LOADER}.")
    return "\n".join([*lines, _ON_PURPOSE])
