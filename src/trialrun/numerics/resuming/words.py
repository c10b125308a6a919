"""From what was measured to the verdict and its words; pure."""

from __future__ import annotations

from trialrun.evidence.numerics import Verdict
from trialrun.numerics import piece as kinds
from trialrun.numerics.resuming.missing import Missing
from trialrun.numerics.training import Difference, Update, compared

_GENERATORS = "Save the random generators' states, and put them back last, after everything that draws."
_ADVICE = {
    kinds.PARAMETERS: "Save model.state_dict() and load it before going on.",
    kinds.BUFFERS: "Save model.state_dict(), which holds the buffers (BatchNorm's running statistics), and not its"
    " parameters alone.",
    kinds.UNSAVED_BUFFERS: "state_dict() leaves out buffers registered with persistent=False: register them with"
    " persistent=True, or save them beside it.",
    kinds.AVERAGES: "Save the averaged weights beside the model's own.",
    kinds.GRADIENTS: "Save between two updates, where gradients have been cleared, not within an accumulation window.",
    kinds.OPTIMIZER: "Save optimizer.state_dict(): its moments and counts of steps start from zero otherwise.",
    kinds.SCHEDULER: "Save scheduler.state_dict(): the schedule starts from its beginning otherwise.",
    kinds.SCALER: "Save scaler.state_dict(): the loss scale starts from its initial value otherwise.",
    kinds.POSITION: "Save how far the pass over the data is and where its generator stood when it began: iterate over"
    " trialrun.ResumableLoader(loader) and save that.",
    kinds.VALUE: "Put the values named into what state_dict() returns.",
}
_SAVE_ALL = "trialrun.save_state(path, model=..., optimizer=..., loader=...) saves them, and the generators."


def advice(missing: Missing) -> str:
    """What to do about each kind of piece that is missing, a line each."""
    lines = dict.fromkeys(_ADVICE.get(piece.kind, _GENERATORS) for piece in missing.named)
    return "\n".join([*lines, _SAVE_ALL] if lines else ())


def judged(
    missing: Missing, further: list[Update], stop: int, steps: int, caught: bool
) -> tuple[Verdict, str, tuple[str, ...]]:
    """Verdict, reason and summary; ``caught``: whether the negative control was."""
    if not caught:
        reason = "the negative control was not caught: a resumed training that had lost its parameters looked the same."
        return Verdict.INCONCLUSIVE, reason, ()
    where = f"resumed after update {stop}"
    last = further[steps:]
    if missing.apart is None:
        outputs = " and the outputs in evaluation" if last else ""
        what = f"{compared(further[:steps])}{outputs}"
        return Verdict.BITWISE, f"{where}, {steps} further updates leave the same bits: {what}.", ()
    summary = [_first(missing.apart, stop, steps)]
    if missing.named:
        names = ", ".join(piece.title for piece in missing.named)
        reason = f"{where}, the training is another one: {names} not restored."
        summary.append(f"With {names} put right, all {steps} further updates are the same bit for bit.")
        summary.append(
            f"Tried: {missing.trials} resumed runs over {len(missing.differing)} pieces that stood elsewhere."
        )
        return Verdict.BUG, reason, tuple(summary)
    known = [piece.title for piece in missing.differing if piece.kind != kinds.VALUE and piece.take is not None]
    reason = (
        f"{where}, the training is another one, also with all put right that could be: what is missing is held by a"
        " closure or a global variable, or by something that a fresh training does not have yet."
    )
    summary.append(f"Not loaded as it stood: {', '.join(known) or 'nothing that its attributes hold'}.")
    return Verdict.BUG, reason, tuple(summary)


def _first(apart: Difference, stop: int, steps: int) -> str:
    if apart.index >= steps:
        return f"First difference: the outputs in evaluation after update {stop + steps}."
    mine, theirs = apart.values
    where = f"First difference: update {stop + apart.index + 1}, {apart.what}"
    losses = f": {theirs:.9g} instead of {mine:.9g}" if None not in apart.values and apart.what == "loss" else ""
    return f"{where}{losses}; after it {apart.differing} of {apart.tensors} parameters and buffers differ."
