"""Does training go on as before where a part of its state is lost? A resumption, replayed for each part."""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import torch

from trialrun import _torch
from trialrun.capture.saved_states import state_tensors
from trialrun.capture.schedules import book_of, resumed_halfway
from trialrun.evidence import resumption as names
from trialrun.evidence.experiments import Arm, ExperimentRecord
from trialrun.evidence.place import Where
from trialrun.evidence.resuming import Resuming
from trialrun.evidence.resumption import STEPS, WARM
from trialrun.experiments.forgetting import EmptiedState, FirstScale, Stepping
from trialrun.experiments.gradients import some_elements
from trialrun.experiments.laboratory import Laboratory, NotToBeRunError, Run
from trialrun.experiments.plan import Change, Rates, Variant
from trialrun.experiments.reading import Reading

OF_TIME = 1 / 3  # that is left; the rest is for other experiments
_TOO_SLOW = f"Arms of {WARM + STEPS + 1} repeats each would take more than a third of the time that is left."


@dataclass(frozen=True)
class _Way:
    """One arm, and the weights it began its last updates with and came to, at the elements looked at."""

    arm: Arm
    begun: torch.Tensor
    ended: torch.Tensor

    @property
    def moves(self) -> bool:
        """Whether there is a way to measure by."""
        return math.isfinite(way := float((self.ended - self.begun).norm())) and way > 0

    def distance(self, other: _Way) -> float:
        """Between the ends, as a share of the way of this arm."""
        apart = float((self.ended - other.ended).norm())
        return apart / float((self.ended - self.begun).norm()) if math.isfinite(apart) else math.inf


_Go: TypeAlias = Generator[Variant, Reading, _Way]


class ResumedTraining:
    """Arms of ``WARM`` updates, a loss of one part of the state or none, and ``STEPS`` updates more.

    They begin at the state after the program's own first update, on other data than the window's: a gradient that is
    the same at each update would hide what Adam's moments do.
    """

    name = names.NAME

    def suspicion(self, lab: Laboratory) -> str | None:
        unsaved = sorted(Resuming.of(lab.evidence).unsaved)
        if not unsaved:
            return None
        return f"training may be gone on with from a file, and nothing asks {', '.join(unsaved)} for a state_dict()"

    def run(self, lab: Laboratory) -> Run:
        replay = _Replay(lab)
        stepping = Stepping(lab.setting.position)
        replay.spend(2)
        first = yield from replay.go("continued", lab.rates, noting=stepping)
        if not first.moves:
            raise NotToBeRunError("The weights did not move, or not to finite numbers, as the program is.")
        again = yield from replay.go("continued once more", lab.rates)
        replay.arms += [first.arm, again.arm]
        replay.facts[names.NOISE] = first.distance(again)
        several = len(stepping.optimisers) > 1
        for optimiser, where in stepping.optimisers.items():
            of = f" ({where})" if several else ""
            if any(True for _ in state_tensors(optimiser.state)):
                emptied = EmptiedState(optimiser, lab.setting.initial)
                yield from replay.lose(
                    "optimiser", where, f"{type(optimiser).__name__}'s state lost{of}", first, emptied
                )
            yield from replay.lose_position(optimiser, where, of)
        for scaler, where in stepping.scalers.items():
            if scaler.get_scale() != _torch.first_scale(scaler):
                yield from replay.lose("scaler", where, "the gradient scaler's scale lost", first, FirstScale(scaler))
        if not replay.words:
            raise NotToBeRunError("No part of the state that could be lost stands in the repeated window.")
        return ExperimentRecord(
            self.name, where=lab.overfit.where, variants=tuple(replay.arms), facts=replay.facts, words=replay.words
        )


class _Replay:
    """The arms of one program, and what they came to."""

    def __init__(self, lab: Laboratory) -> None:
        self._lab = lab
        held = (p for o in lab.setting.now.reach.optimisers for group in o.param_groups for p in group["params"])
        unique = {id(p): p for p in held if p.layout is torch.strided and p.is_floating_point() and p.numel()}
        self._parameters = list(unique.values())
        self._seconds = OF_TIME * lab.seconds_left
        self._until = time.monotonic() + self._seconds
        self.arms: list[Arm] = []
        self.facts: dict[str, float] = {}
        self.words: dict[str, str] = {}

    def spend(self, arms: int) -> None:
        """Take time for so many; raises NotToBeRunError where it is not there."""
        self._seconds -= arms * (WARM + STEPS + 1) * self._lab.repeat_seconds
        if self._seconds < 0:
            raise NotToBeRunError(_TOO_SLOW)

    def lose(
        self, kind: str, where: Where | None, change: str, as_it_is: _Way, loss: Change
    ) -> Generator[Variant, Reading, None]:
        """Without the part that ``loss`` takes away."""
        self.spend(1)
        resumed = yield from self.go(change, self._lab.rates, loss)
        self._note(names.part(kind, where), as_it_is, resumed)

    def lose_position(
        self, optimiser: torch.optim.Optimizer, where: Where | None, of: str
    ) -> Generator[Variant, Reading, None]:
        """Both at the rates of a schedule: those halfway through the planned run, and those it begins with."""
        book = book_of(optimiser)
        schedules = book.whole() if book is not None else []
        if book is None or len(schedules) != 1:
            return
        with _torch.reading():
            planned = resumed_halfway(schedules[0], book)
        if planned is None or any(len(rates) != len(optimiser.param_groups) for rates in (*planned[1], *planned[2])):
            return
        moment, later, anew = planned
        cls = schedules[0].cls
        self.spend(2)
        ways = []
        for change, rates in ((f"{cls} at {moment}{of}", later), (f"{cls} begun anew{of}", anew)):
            ways.append((yield from self.go(change, self._lab.rates, then=(id(optimiser), rates))))
        if ways[0].moves:  # not at a rate of 0
            self._note(names.part("schedule", where), *ways)

    def _note(self, name: str, as_it_is: _Way, resumed: _Way) -> None:
        distance = as_it_is.distance(resumed)
        if self.facts.get(names.distance_of(name), -1.0) >= distance:  # two of one line: the greater loss is told
            return
        replaced = self.words.get(names.lost(name))
        known = [arm for arm in self.arms if arm.change != replaced]
        self.arms = [*known, *(arm for arm in (as_it_is.arm, resumed.arm) if arm not in known)]
        self.facts[names.distance_of(name)] = distance
        self.words |= {names.continued(name): as_it_is.arm.change, names.lost(name): resumed.arm.change}

    def go(
        self,
        change: str,
        rates: Rates,
        loss: Change | None = None,
        noting: Change | None = None,
        then: tuple[int, Sequence[tuple[float, ...]]] | None = None,
    ) -> _Go:
        """One arm; from ``WARM`` on ``loss`` has happened, and the rates of one optimiser are those of ``then``."""
        losses: list[float] = []
        begun = ended = torch.zeros(0)
        for number in range(WARM + STEPS + 1):
            after = number - WARM
            held = dict(rates)
            if then is not None and after >= 0:
                held[then[0]] = then[1][min(after, len(then[1]) - 1)]
            given = (noting if number == 0 else None, loss if after == 0 else None)
            reading = yield Variant(fresh=number == 0, rates=held, changes=tuple(c for c in given if c is not None))
            if reading.error:
                raise NotToBeRunError(f"Not frozen: {reading.error}.")
            if time.monotonic() > self._until:
                raise NotToBeRunError(_TOO_SLOW)
            if reading.loss is None:
                raise NotToBeRunError("A repeat went backward from no single number.")
            if after >= 0:
                losses.append(reading.loss)
            if after == -1:
                begun = self._weights()
            if after == STEPS - 1:
                ended = self._weights()
        return _Way(Arm(change, tuple(losses)), begun, ended)

    def _weights(self) -> torch.Tensor:
        with _torch.reading():
            return torch.cat([some_elements(p, p.detach(), len(self._parameters)) for p in self._parameters])
