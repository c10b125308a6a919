"""What is saved to resume from lacks a state that training depends on.

## Why is this bad?

A run that goes on from a file should go on as if it had never stopped. Weights alone are not enough: Adam's moments and
SGD's momentum start from zero, so that the first updates after each interruption have another size and direction; a
scheduler begins at its first rate again, warm-up included; running statistics of BatchNorm, an average of the weights
and parameters outside of the model are lost. Nothing fails: the loss jumps, and the run ends elsewhere.

## Fix

Save and load all of it:

    torch.save({"epoch": epoch, "model": model.state_dict(), "optimizer": optimizer.state_dict(),
                "scheduler": scheduler.state_dict()}, path)

## Limits

Judged is only what is meant to be resumed from: a file that holds the state of an optimiser or of a scheduler, or one
whose epoch or step the program reads again to begin its loop there. Weights saved for inference, also with the number
of their epoch, and checkpoints held in memory are not that. All files that the rehearsed run saves count together.

What is in them is judged by content: tensors and arrays by their values, a copy of another moment by the form of an
optimiser's state, or under a key with "opt" in it by tensors of the same shapes. A key alone holds nothing. Looked into
are `torch.save`, `trialrun.save_state`, `pickle.dump`, `pickle.dumps`, `numpy.save`, `savez` and `savez_compressed`.
Passed over are programs that save in other ways, those with a save that the rehearsal did not reach, those that load
such a state inside of a loop (they go back, they do not resume) and, for the scheduler, those that wind it forward or
name its `last_epoch` or `num_bad_epochs`. An `ExponentialLR` goes on from the rates in its optimiser's state, where
that is saved, and running statistics that the program resets (`reset_running_stats`) are taken to be gathered again
from data. Random generators and the order of the data are not asked for. Of averaged weights only
`torch.optim.swa_utils.AveragedModel` is known, of buffers those of BatchNorm.

Where the update window can be repeated, the resumption is replayed: two further updates on the recorded batch, then the
part is lost, then five more, against the same without the loss, and that once more for the noise. Data and random
numbers are the same. An optimiser's state is what it was before its first step, a gradient scaler's scale the one it
was built with, and a schedule has the rates it begins with instead of those halfway through its planned calls.
`Verified` has both losses, and how far from each other the weights end. If that is at most 0.1 % of the
way, or ten times the noise, nothing is said of this part. So a state that shows only after more than five updates is
overlooked. Not replayed are `ReduceLROnPlateau`, schedules whose length is not known, a scale that has not moved,
weights, averages and running statistics (which training does not read): these are told from what was saved alone.

A missing GradScaler alone is a note: it costs a few skipped steps. So is a missing schedule beside the number of an
epoch where the program itself resumes nothing: what resumes it may build the schedule anew from that number. A program
that means to begin with a new optimiser each time is right.

## References

PyTorch tutorials, "Saving and Loading Models", on general checkpoints; PyTorch documentation, "Automatic Mixed
Precision examples", on saving and resuming.
"""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.checks.base import Check
from trialrun.checks.wording import at, count, names, percent
from trialrun.checks.wording_of_experiments import ended, went
from trialrun.evidence import Evidence
from trialrun.evidence.checkpoints import Checkpoint, TrainingState
from trialrun.evidence.resuming import Resuming, stepped
from trialrun.evidence.resumption import resumption
from trialrun.findings.finding import Finding, Severity, Verified

# A save that holds fewer of the trained parameters than this is of something else, or of converted or older weights.
MOST_WEIGHTS = 0.5
# Their next rate is the last one times a constant, and a torch optimiser's state_dict() holds its rates.
_GOES_ON_FROM_RATES = frozenset({"ExponentialLR"})
_KEYS = {"optimiser": "optimizer", "schedule": "scheduler", "scaler": "scaler", "average": "averaged"}


class IncompleteCheckpoint(Check):
    code = "EVA705"
    slug = "incomplete-checkpoint"
    severity = Severity.WARNING
    needs = ("update",)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        if not evidence.checkpoint or evidence.crash:
            return
        text = Resuming.of(evidence)
        if text.saves_otherwise:
            return
        states = {state.number: state for state in evidence.training_state}
        told: set[int] = set()
        for place in evidence.checkpoint:
            if not _meant_to_resume(place, text):
                continue
            missing = [states[number] for number in place.needed if number in states and number not in told]
            missing = [state for state in missing if _is_missing(state, place, text) and _shows(evidence, state)]
            missing = [state for state in missing if not _held_by_rates(evidence, state)]
            if missing:
                told.update(state.number for state in missing)
                yield self._tell(evidence, place, missing, text)

    def _tell(self, evidence: Evidence, place: Checkpoint, missing: list[TrainingState], text: Resuming) -> Finding:
        what = f" ({names(place.keys, 6)})" if place.keys else ""
        whole = place.where is not None and (place.where.file, place.where.line) in text.saved_whole_at
        lines = [_line(evidence, state, sum(s.kind == state.kind for s in missing) > 1, whole) for state in missing]
        entries = [entry for entry in lines if entry]
        resumes = _resumes(evidence, text)
        harmless = all(_may_be_harmless(state, place, resumes) for state in missing)
        return self.finding(
            f"What is saved here to resume from{what}, and all else that this run saves, lacks "
            f"{'; and '.join(_lost(state) for state in missing)}.",
            (f"Add {' and '.join(entries)} to what is saved, and load it again before the loop. " if entries else "")
            + _whole(missing)
            + "If each resumption is meant to start this anew, this is legitimate.",
            where=place.where,
            severity=Severity.NOTE if harmless else None,
            verified=_verified(evidence, missing),
            measured={
                "keys": list(place.keys),
                "missing": [
                    {"kind": s.kind, "class": s.cls, "tensors": s.tensors, **_replayed(evidence, s)} for s in missing
                ],
            },
            expected="every state that the next update depends on",
        )


def _meant_to_resume(place: Checkpoint, text: Resuming) -> bool:
    if place.in_memory:
        return False
    if place.weights_share >= MOST_WEIGHTS and text.counters & set(place.counters):
        return True
    return bool(place.optimisers or place.schedules) and not text.rolls_back


def _is_missing(state: TrainingState, place: Checkpoint, text: Resuming) -> bool:
    if state.saved:
        return False
    if state.kind == "schedule":
        return not (state.positioned or text.winds_schedule)
    if state.kind == "statistics" and text.retakes_statistics:
        return False
    if state.kind in ("weights", "statistics"):
        return place.weights_share >= MOST_WEIGHTS
    return state.kind != "optimiser" or state.tensors > 0


def _held_by_rates(evidence: Evidence, state: TrainingState) -> bool:
    """Whether a schedule goes on from the rates alone, and an optimiser's state that is saved holds these."""
    if state.kind != "schedule" or state.cls not in _GOES_ON_FROM_RATES:
        return False
    whole = any(place.optimisers and not place.in_memory for place in evidence.checkpoint)
    return whole and any(
        one.kind == "optimiser" and one.saved and one.where == state.driven_at for one in evidence.training_state
    )


def _shows(evidence: Evidence, state: TrainingState) -> bool:
    """False where training went on as before without it."""
    found = resumption(evidence, state)
    return found is None or found.differs


def _verified(evidence: Evidence, missing: list[TrainingState]) -> Verified | None:
    """Each part by itself, where its loss was replayed."""
    found = [one for state in missing if (one := resumption(evidence, state)) is not None]
    if not found:
        return None
    results = [
        f"{went(one.resumed)} ({one.continued.change}: {ended(one.continued)}), and the weights end "
        f"{percent(one.distance)} of the continued way from where they should (continued twice: {percent(one.noise)})"
        for one in found
    ]
    others = (f"; with {one.resumed.change}, {text}" for one, text in zip(found[1:], results[1:], strict=True))
    return Verified(found[0].resumed.change, results[0] + "".join(others))


def _replayed(evidence: Evidence, state: TrainingState) -> dict[str, float]:
    """Distances as shares of the way that the continued run goes, and the last losses."""
    found = resumption(evidence, state)
    if found is None:
        return {}
    return {
        "distance": found.distance,
        "noise": found.noise,
        "loss_continued": found.continued.losses[-1],
        "loss_resumed": found.resumed.losses[-1],
    }


def _resumes(evidence: Evidence, text: Resuming) -> bool:
    """Whether the program itself loads an optimiser's state, or the count of its epochs, again."""
    optimisers = (state for state in evidence.training_state if state.kind == "optimiser")
    variables = {stepped(evidence, state.where).rpartition(".")[2] for state in optimisers}
    return bool(text.counters or variables & text.loaded)


def _may_be_harmless(state: TrainingState, place: Checkpoint, resumes: bool) -> bool:
    """A scaler finds its scale again; another program may build most schedules anew from the number of the epoch."""
    rebuilt = state.kind == "schedule" and state.cls != "ReduceLROnPlateau" and bool(place.counters)
    return state.kind == "scaler" or (rebuilt and not resumes)


def _lost(state: TrainingState) -> str:
    """What is missing, and what happens on resuming."""
    if state.kind == "optimiser":
        kept = f" ({names(state.names)})" if state.names else ""
        tensors = count(state.tensors, "tensor")
        return f"the state of {state.cls}{at(state.where)}, so that its {tensors}{kept} start from zero"
    if state.kind == "schedule":
        return f"the state of {state.cls}{at(state.where)}, so that the schedule begins anew at its first rate"
    if state.kind == "scaler":
        return f"the scale of {state.cls}{at(state.where)}, so that the first steps may overflow and be skipped"
    if state.kind == "average":
        return f"the averaged weights of {state.cls}{at(state.where)}, so that the average begins anew"
    if state.kind == "statistics":
        layers = f"{count(state.tensors, 'BatchNorm layer')} ({names(state.names)})"
        return f"the running statistics of {layers}, so that they start from mean 0 and variance 1"
    return (
        f"{count(state.tensors, 'trained tensor')} ({names(state.names)}), so that they start from their initial values"
    )


def _line(evidence: Evidence, state: TrainingState, several: bool, whole: bool) -> str:
    """The entry to add to the saved mapping, or to our ``save_state``; "" where another entry should hold more."""
    key = _KEYS.get(state.kind)
    if key is None:
        return ""
    variable = stepped(evidence, state.where) or key
    if several:
        key = variable.rpartition(".")[2]
    return f"{key}={variable}" if whole else f'"{key}": {variable}.state_dict()'


def _whole(missing: list[TrainingState]) -> str:
    kinds = {state.kind for state in missing}
    text = ""
    if "statistics" in kinds:
        text += "Save model.state_dict() instead of the parameters alone: it holds the running statistics. "
    if "weights" in kinds:
        text += "Save the state_dict() of the module that owns these parameters too. "
    return text
