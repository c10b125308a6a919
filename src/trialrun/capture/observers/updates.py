"""Updates, optimisers and parameters: what each step consumed and what it changed."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any, ClassVar

import torch

from trialrun import _torch
from trialrun.capture.events import Backward, Observer, Step
from trialrun.capture.ledger import Entry, Ledger
from trialrun.capture.observers.stale import StaleGradients
from trialrun.capture.readings import all_finite, fingerprint, norms, readable, same_bits, scalar, total
from trialrun.capture.watch import Watch
from trialrun.evidence.model import OptimiserRecord, UpdateRecord
from trialrun.evidence.place import Where

COPY_LIMIT_BYTES = 512 * 2**20  # copies of the weights held while a step runs; above it only bits are compared


class Updates(Observer):
    """Writes an ``UpdateRecord`` a step and an ``OptimiserRecord`` an optimiser; fills the ledger."""

    kinds: ClassVar[tuple[str, ...]] = ("update", "optimiser", "parameter")

    def __init__(self, watch: Watch, ledger: Ledger, stale: StaleGradients) -> None:
        self._watch = watch
        self._ledger = ledger
        self._stale = stale
        self._loss: float | None = None
        self._backwards: dict[int, int] = {}  # since the previous step, by optimiser id
        self._records: dict[int, OptimiserRecord] = {}
        self._before: dict[int, list[torch.Tensor]] = {}
        self._versions: dict[int, list[int]] = {}
        self._norms: dict[int, list[float | None]] = {}
        self._unfit: dict[int, list[bool]] = {}  # parameters that were not finite before the step

    # -- events

    def optimiser_built(self, optimiser: torch.optim.Optimizer, ident: int) -> None:
        tensors = [tensor for group in optimiser.param_groups for tensor in group["params"]]
        self._hold(tensors, ident)
        where = self._watch.position.where()
        self._records[ident] = OptimiserRecord(
            ident, type(optimiser).__name__, where, len(tensors), built_in=self._loops()
        )
        self._watch.write(self._records[ident])

    def backward_ended(self, event: Backward) -> None:
        self._loss = event.value
        for ident in self._records:
            self._backwards[ident] = self._backwards.get(ident, 0) + 1

    def step_begins(self, step: Step) -> None:
        entries = self._hold(step.parameters, step.id)
        self._note_decay(step)
        self._norms[step.id] = self._gradient_norms(step)
        self._unfit[step.id] = self._not_finite(step)
        self._versions[step.id] = [_torch.version(tensor) for tensor in step.parameters]
        measurable = self._watch.close and all(map(readable, step.parameters))
        if not measurable or sum(tensor.nbytes for tensor in step.parameters) > COPY_LIMIT_BYTES:
            return
        for entry, norm in zip(entries, norms(step.parameters), strict=True):
            entry.weight_norm = norm if entry.weight_norm is None else entry.weight_norm
        self._note_rewriting(step, entries)
        self._before[step.id] = [tensor.detach().clone() for tensor in step.parameters]

    def step_ended(self, step: Step) -> None:
        before = self._before.pop(step.id, None)
        versions = self._versions.pop(step.id, [])
        gradient_norms = self._norms.pop(step.id, [])
        if step.has_closure or not any(norm is not None for norm in gradient_norms):
            gradient_norms = self._gradient_norms(step)  # a closure computes them within the step
        entries = [self._ledger.of(tensor) for tensor in step.parameters]
        if self._watch.close:
            for entry, norm in zip(entries, gradient_norms, strict=True):
                entry.add_norm(norm)
        for entry, tensor in zip(entries[:1], step.parameters, strict=False):
            entry.left_bits = self._bits(tensor) if before is not None else None
        if before is not None:
            changes = self._changes(step, before, entries)
            changed = [change is not None for change in changes]
        else:
            changes = []
            changed = [_torch.version(t) != old for t, old in zip(step.parameters, versions, strict=False)]
        for entry, moved in zip(entries, changed, strict=False):
            entry.changes += moved
        unfit_before = self._unfit.pop(step.id, [])
        unfit = self._not_finite(step)
        nonfinite = sum(now and not then for now, then in zip(unfit, unfit_before, strict=False))
        self._watch.write(
            UpdateRecord(
                step=self._watch.steps,
                optimiser=step.id,
                where=step.where,
                learning_rates=step.learning_rates,
                loss=self._loss,
                gradient_norm=total(gradient_norms),
                update_norm=total(change or 0.0 for change in changes) if before is not None else None,
                parameters_changed=sum(changed),
                nonfinite_parameters=nonfinite,
                nonfinite_before=sum(unfit_before) if unfit_before else None,
                backwards=self._backwards.pop(step.id, 0),
                stale_parameters=self._stale.consumed_again(step.id, step.parameters),
                seconds=time.perf_counter() - self._watch.last_update_s,
            )
        )
        self._note_optimiser(step, gradient_norms, any(changed))

    # -- parts

    def _hold(self, tensors: list[torch.Tensor], ident: int) -> list[Entry]:
        entries = [self._ledger.of(tensor) for tensor in tensors]
        for entry in entries:
            entry.optimisers.add(ident)
        return entries

    def _note_rewriting(self, step: Step, entries: list[Entry]) -> None:
        record = self._records.get(step.id)
        if record is not None and not record.steps and entries:
            left, now = entries[0].left_bits, self._bits(step.parameters[0])
            rewritten = left is not None and left[0] == now[0] and left != now
            self._records[step.id] = replace(record, rewritten=rewritten)

    def _bits(self, tensor: torch.Tensor) -> tuple[Any, ...]:
        """A print, after the number of pauses so far: in a pause steps go unseen."""
        return (self._watch.pauses, fingerprint(tensor))

    def _note_decay(self, step: Step) -> None:
        if self._watch.close:
            for group in step.optimiser.param_groups:
                decay = scalar(group.get("weight_decay")) or 0.0
                for entry in map(self._ledger.of, group["params"] if decay else ()):
                    entry.weight_decay = max(entry.weight_decay, decay)

    def _not_finite(self, step: Step) -> list[bool]:
        if not self._watch.close:
            return []
        return [readable(tensor) and not all_finite(tensor) for tensor in step.parameters]

    def _gradient_norms(self, step: Step) -> list[float | None]:
        if not self._watch.close:
            return []
        gradients = [(i, p.grad) for i, p in enumerate(step.parameters) if p.grad is not None and readable(p.grad)]
        found: list[float | None] = [None] * len(step.parameters)
        for (index, _), norm in zip(gradients, norms(grad for _, grad in gradients), strict=True):
            found[index] = norm
        return found

    def _changes(self, step: Step, before: list[torch.Tensor], entries: list[Entry]) -> list[float | None]:
        """The L2 norm of each parameter's change; None where no bit changed."""
        found: list[float | None] = []
        for tensor, old, entry in zip(step.parameters, before, entries, strict=True):
            if same_bits(tensor, old):
                found.append(None)
                continue
            change = norms([tensor.detach() - old])[0]
            found.append(change)
            if entry.update_ratio is None and entry.weight_norm and any(rate > 0 for rate in step.learning_rates):
                entry.update_ratio = change / entry.weight_norm
        return found

    def _note_optimiser(self, step: Step, gradient_norms: list[float | None], changed: bool) -> None:
        old = self._records.get(step.id) or OptimiserRecord(step.id, type(step.optimiser).__name__, None, 0)
        seen = any(norm is not None and 0 < norm < float("inf") for norm in gradient_norms)
        self._records[step.id] = OptimiserRecord(
            step.id,
            old.cls,
            old.where,
            len(step.parameters),
            steps=old.steps + 1,
            steps_with_lr=old.steps_with_lr + any(rate > 0 for rate in step.learning_rates),
            changed=old.changed or changed,
            gradients_seen=old.gradients_seen or seen,
            step_where=step.where or old.step_where,
            keeps_state=old.keeps_state or _keeps_state(step.optimiser),
            built_in=old.built_in,
            step_in=self._loops(),
            rewritten=old.rewritten,
        )

    def _loops(self) -> tuple[Where, ...]:
        return tuple(loop.site.where for loop in self._watch.position.loops())

    def optimiser_records(self) -> list[OptimiserRecord]:
        """As of now, with the tensors that no backward reached and no called module owns counted."""
        foreign: dict[int, int] = {}
        for entry in self._ledger:
            if not entry.reached and not entry.owned:
                for ident in entry.optimisers:
                    foreign[ident] = foreign.get(ident, 0) + 1
        return [replace(record, foreign=foreign.get(ident, 0)) for ident, record in self._records.items()]

    @property
    def loss(self) -> float | None:
        """Value of the last backpropagated scalar."""
        return self._loss


def _keeps_state(optimiser: torch.optim.Optimizer) -> bool:
    """Whether a new one would begin otherwise than this one goes on; a count of steps alone is nothing."""
    return any(
        isinstance(value, torch.Tensor) and value.dim() > 0
        for state in optimiser.state.values()
        if isinstance(state, dict)
        for value in state.values()
    )
