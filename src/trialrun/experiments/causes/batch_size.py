"""Does the output for one sample depend on how many share its batch? A copy is asked, alone and in batches."""

from __future__ import annotations

from trialrun.evidence import batch_size as names
from trialrun.evidence import sample_replaced
from trialrun.evidence.experiments import ExperimentRecord
from trialrun.experiments import randomness
from trialrun.experiments.alone import Asked
from trialrun.experiments.calls import ModelCall, ModelCalls
from trialrun.experiments.laboratory import Laboratory, NotToBeRunError, Run
from trialrun.experiments.plan import Variant
from trialrun.experiments.samples import Collated, collated, proven_samples
from trialrun.experiments.twin import TwinError

MOST_WEIGHTS = 2**21  # a copy of so many takes some milliseconds, and there are a dozen
MOST_SECONDS = 0.3  # of one repeat of the window: forwards of a larger one are no small addition


class BatchSize:
    """One run of the window to see how the models are called; then a dozen short forwards of copies of each."""

    name = names.NAME

    def suspicion(self, lab: Laboratory) -> str | None:
        record = lab.done.get(sample_replaced.NAME)
        # Where samples depend on each other's values, a sample alone is another question.
        apart = record is not None and record.outcome == "ran" and not record.facts[sample_replaced.MOVED]
        return "" if apart else None

    def run(self, lab: Laboratory) -> Run:
        if lab.repeat_seconds > MOST_SECONDS:
            raise NotToBeRunError(
                f"One update takes {lab.repeat_seconds:.2g} s; it is for those below {MOST_SECONDS} s."
            )
        calls = ModelCalls(lab.setting.position)
        yield Variant(fresh=True, changes=(calls,))
        kept, calls.kept = list(calls.kept.values()), {}
        proven = proven_samples(lab.evidence.batch)
        batch = collated(lab.setting.window, proven, ((call.args, call.kwargs) for call in kept))
        if batch is None:
            raise NotToBeRunError("No loader's default collation shows which axis of a batch its samples are along.")
        answers = [_answer(lab, call, batch) for call in kept]
        records = [answer for answer in answers if isinstance(answer, ExperimentRecord)]
        if not records:
            reasons = [f"{answer}." for answer in answers if isinstance(answer, str)]
            raise NotToBeRunError(reasons[0] if reasons else "No module is called in the repeated window.")
        return max(records, key=lambda record: (record.facts[names.BEYOND], record.facts[names.ULP]))


def _answer(lab: Laboratory, call: ModelCall, batch: Collated) -> ExperimentRecord | str:
    weights = sum(tensor.numel() for tensor in (*call.module.parameters(), *call.module.buffers()))
    if weights > MOST_WEIGHTS:
        return f"{type(call.module).__name__} has {weights:,} weights; it is for those of at most {MOST_WEIGHTS:,}"
    try:
        return Asked(call, batch, randomness.states(lab.setting.now.reach.generators)).record()
    except TwinError as reason:
        return str(reason)
