"""Does the model start badly? The batch from weights drawn for their activations, and with ReLU for what saturates."""

from __future__ import annotations

from statistics import median

from trialrun.evidence.experiments import Arm, ExperimentRecord
from trialrun.evidence.overfit_verdict import LEARNT, verdict
from trialrun.evidence.replays import clearly_better
from trialrun.evidence.signal import EXCHANGED, INITIALISED, NAME, facts, signal
from trialrun.experiments.changes import Weights
from trialrun.experiments.comparing import compared
from trialrun.experiments.laboratory import Laboratory, NotToBeRunError, Run
from trialrun.experiments.plan import Variant
from trialrun.experiments.signal import Rectified, SignalTrace

QUICKLY = 60  # repeats after which a batch that is learnt is no cause for suspicion
RIGHT = 0.9  # of its classes
RECENT = 5  # repeats that count as its end
FAR = 10.0  # times the targets' variance


class Initialisation:
    """One run tells how the signal passes through the layers; only where it grows or shrinks with depth is more run."""

    name = NAME

    def suspicion(self, lab: Laboratory) -> str | None:
        record = lab.overfit
        if record.outcome != "ran" or not record.losses or lab.setting.compiled or not lab.setting.has_initial:
            return None
        if any(parameter.loaded for parameter in lab.evidence.parameter):
            return None
        early = record.accuracy[: QUICKLY + 1]
        if early and median(early[-RECENT:]) >= RIGHT:
            return None
        if not early and verdict(record).word == LEARNT and len(record.losses) <= QUICKLY + 1 and _calm(lab):
            return None
        return "the repeated batch was not learnt, or only slowly"

    def run(self, lab: Laboratory) -> Run:
        optimisers = lab.setting.now.reach.optimisers
        trace = SignalTrace(p for optimiser in optimisers for group in optimiser.param_groups for p in group["params"])
        reading = yield Variant(**lab.start, regularised=False, rates=lab.rates, changes=(trace,))
        if reading.error:
            raise NotToBeRunError(f"Not frozen: {reading.error}.")
        record = ExperimentRecord(
            self.name, where=lab.overfit.where, facts=facts(trace.signal()), floor=lab.overfit.floor
        )
        found = signal(record)
        if found is None or not (found.grows or found.shrinks):
            return record
        control, variant = yield from compared(lab, INITIALISED, (Weights(trace.initialise),))
        variants: list[Arm] = [variant]
        if found.vanishes and not clearly_better(variant, control, lab.overfit.floor):
            exchanged = Rectified(len(trace.layers))
            for layer in trace.layers[:-1]:
                layer.activation = "relu" if layer.activation.rstrip("_") in ("sigmoid", "tanh") else layer.activation
            other = yield from compared(lab, EXCHANGED, (Weights(trace.initialise),), (exchanged,))
            if exchanged.seen:
                variants.append(other[1])
        activations = dict.fromkeys(layer.activation.rstrip("_") for layer in trace.layers if layer.activation)
        return ExperimentRecord(
            self.name,
            where=record.where,
            control=control,
            variants=tuple(variants),
            facts=record.facts,
            words={"activations": ", ".join(activations)},
            floor=record.floor,
        )


def _calm(lab: Laboratory) -> bool:
    """Whether the loss began near the spread of its targets: one that falls from far above has learnt nothing yet."""
    spreads = [card.std for batch in lab.evidence.batch if batch.source == "loss target" for card in batch.tensors]
    known = [spread for spread in spreads if spread]
    return not known or lab.overfit.losses[0] <= FAR * max(1.0, known[0] ** 2)
