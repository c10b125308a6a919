"""From the runs to the verdict and its words; pure but for the distance of tensors."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch

from trialrun.evidence.numerics import Verdict
from trialrun.numerics.training import Difference, Update, compared, first_difference

# Rounding of a loss between two orders of summation, in units of the dtype's eps: random walks over up to some million
# terms of the longest sum; a changed data order or mask is farther apart by orders of magnitude.
MOST_ROUNDING_EPS = 1000


@dataclass(frozen=True)
class Configuration:
    """What a run is made with: torch's threads, and PYTHONHASHSEED, "" where it was not set."""

    threads: int
    hash_seed: str

    def __str__(self) -> str:
        threads = f"{self.threads} thread{'s' if self.threads > 1 else ''}"
        return f"{threads}, PYTHONHASHSEED={self.hash_seed}" if self.hash_seed else threads


@dataclass
class Run:
    """``updates``: what each left, the first one before any was made; ``eps`` that of the coarsest parameter.

    ``generators``: where the training's own generators stood at the beginning, by title. ``kept``: tensors after each
    update, empty where they were too many. ``flipped``: the first update with one bit of ``planted_in`` another one.
    """

    configuration: Configuration
    updates: list[Update]
    eps: float
    generators: dict[str, str] = field(default_factory=dict)
    kept: list[dict[str, torch.Tensor]] = field(default_factory=list)
    flipped: Update | None = None
    planted_in: str = ""

    @classmethod
    def from_payload(cls, payload: dict[str, Any], kept: list[dict[str, torch.Tensor]]) -> Run:
        """What ``dataclasses.asdict`` made of one, and the tensors beside it."""
        values = dict(payload, kept=kept, configuration=Configuration(**payload["configuration"]))
        values["updates"] = [Update(**update) for update in payload["updates"]]
        values["flipped"] = payload["flipped"] and Update(**payload["flipped"])
        return cls(**values)

    def planted(self) -> Run:
        """The same with the one bit flipped: what the negative control has to tell from it."""
        assert self.flipped is not None
        updates = [self.updates[0], self.flipped, *self.updates[2:]]
        return Run(self.configuration, updates, self.eps, self.generators)


@dataclass(frozen=True)
class Judgement:
    """The parts of a result that follow from the runs."""

    verdict: Verdict
    reason: str
    summary: tuple[str, ...] = ()
    advice: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


def judged(runs: list[Run]) -> Judgement:
    """The verdict on ``runs``: two of each configuration, the first two of which are the reference; one of others."""
    by: dict[Configuration, list[Run]] = {}
    for run in runs:
        by.setdefault(run.configuration, []).append(run)
    base = runs[0]
    lines, facts = [], {"compared": compared(base.updates), "steps": len(base.updates) - 1}
    twice = {
        pair[0].configuration: first_difference(pair[0].updates, pair[1].updates) for pair in by.values() if pair[1:]
    }
    unsure = {configuration: apart for configuration, apart in twice.items() if apart is not None}
    lines += [f"Twice with {each}: {_told(apart)}." for each, apart in twice.items()]
    facts["repeats"] = {str(each): apart is None for each, apart in twice.items()}
    if base.configuration in unsure:
        configuration, apart = next(iter(unsure.items()))
        reason = f"the same seed twice ({configuration}) is not the same training: {_told(apart)}."
        return Judgement(Verdict.BUG, reason, tuple(lines), _advice(apart, *by[configuration][:2]), facts)
    others = {configuration: group[0] for configuration, group in by.items() if group[0] is not base}
    hashed = {each: run for each, run in others.items() if each.hash_seed != base.configuration.hash_seed}
    threaded = {each: run for each, run in others.items() if each not in hashed}
    apart_by = {each: first_difference(base.updates, run.updates) for each, run in others.items()}
    lines += [f"{each} against {base.configuration}: {_told(apart)}." for each, apart in apart_by.items()]
    facts["hash_seed_changes"] = any(apart_by[each] is not None for each in hashed) if hashed else None
    facts["threads_change"] = {str(each.threads): apart_by[each] is not None for each in threaded}
    for each in hashed:
        hashed_apart = apart_by[each]
        if hashed_apart is not None:
            reason = (
                f"PYTHONHASHSEED changes the training: {_told(hashed_apart)}; Python draws another one in each process."
            )
            advice = (
                "Sort sets before they are looped over, sorted(names), and use no hash() of text as a seed or index."
            )
            return Judgement(Verdict.BUG, reason, tuple(lines), advice, facts)
    if unsure:
        configuration, apart = next(iter(unsure.items()))
        reason = f"the same seed twice ({configuration}) is not the same training: {_told(apart)}; with"
        reason += f" {base.configuration} it is."
        advice = "Call torch.use_deterministic_algorithms(True): it names the operation, or puts another in its place."
        return Judgement(Verdict.BUG, reason, tuple(lines), advice, facts)
    return _by_threads(base, {each: run for each, run in threaded.items() if apart_by[each]}, lines, facts)


def _by_threads(base: Run, changed: dict[Configuration, Run], lines: list[str], facts: dict[str, Any]) -> Judgement:
    same = f"the same seed gives the same {facts['compared']} over {facts['steps']} updates, bit for bit"
    if not changed:
        return Judgement(Verdict.BITWISE, f"{same}, in each configuration.", tuple(lines), "", facts)
    losses = max(_loss_distance(base, run) for run in changed.values())
    tensors = max(_tensor_distance(base, run) for run in changed.values())
    facts |= {"loss_relative_difference": losses, "tensors_relative_l2": tensors, "eps": base.eps}
    limit = MOST_ROUNDING_EPS * base.eps
    threads = ", ".join(str(each.threads) for each in changed)
    reason = (
        f"{same}; {threads} threads instead of {base.configuration.threads} change losses by {losses:.2g} at most,"
        f" parameters by {tensors:.2g} (relative): "
    )
    has_losses = any(update.loss for update in base.updates)
    rounding = (losses if has_losses else tensors) <= limit
    reason += "that is rounding." if rounding else f"more than the {limit:.2g} that rounding in their dtype explains."
    advice = "Where bits have to be the same on another machine: torch.set_num_threads(1), or the same count on both."
    return Judgement(Verdict.ROUNDING if rounding else Verdict.INCONCLUSIVE, reason, tuple(lines), advice, facts)


def _told(apart: Difference | None) -> str:
    if apart is None:
        return "the same bit for bit"
    where = f"in update {apart.index}" if apart.index else "before the first update"
    values = [f"{value:.9g}" for value in apart.values if value is not None]
    losses = f" ({' and '.join(values)})" if apart.what == "loss" and len(set(values)) > 1 else ""
    counted = f", {apart.differing} of {apart.tensors} parameters and buffers differ" if apart.tensors else ""
    return f"first difference {where}, {apart.what}{losses}{counted}"


def _advice(apart: Difference | None, one: Run, other: Run) -> str:
    unseeded = [title for title, state in one.generators.items() if other.generators.get(title) != state]
    if unseeded:
        named = ", ".join(unseeded)
        return f"Seed {named}: it starts from another state in each run. Give it a fixed seed where it is made."
    if apart is not None and apart.index == 0:
        return (
            "What it begins with differs: drawn from a source that torch.manual_seed, random.seed and numpy.random.seed"
            " do not seed (a generator made without a seed, os.urandom, the time, the order of a set or of files)."
        )
    return (
        "Seed every generator that data and augmentation draw from, sort what comes from a set or a folder, and call"
        " torch.use_deterministic_algorithms(True), which names operations that do not repeat themselves."
    )


def _loss_distance(one: Run, other: Run) -> float:
    """The largest relative difference of two losses of the same update."""
    pairs = [
        (mine.value, theirs.value)
        for mine, theirs in zip(one.updates, other.updates, strict=True)
        if mine.value is not None and theirs.value is not None and mine.loss != theirs.loss
    ]
    return max((abs(a - b) / max(abs(a), abs(b)) if a == a and b == b else float("inf") for a, b in pairs), default=0.0)


def _tensor_distance(one: Run, other: Run) -> float:
    """The relative L2 distance of all floating-point tensors after the first update in which they differ."""
    for mine, theirs in zip(one.kept, other.kept, strict=True):
        floating = [name for name, tensor in mine.items() if tensor.is_floating_point() and name in theirs]
        apart = sum(float((mine[name].double() - theirs[name].double()).square().sum()) for name in floating)
        if apart:
            return float((apart / sum(float(mine[name].double().square().sum()) for name in floating)) ** 0.5)
    return 0.0
