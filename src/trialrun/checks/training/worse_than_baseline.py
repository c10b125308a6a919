"""Training has come to rest, and a simple method does better on the same samples.

## Why is this bad?

A network that stays behind a straight line or a look at the nearest sample, on samples it was trained for, does not use
what stands in its inputs. More epochs do not help once the loss has stopped falling. Units that are off, a layer that
does not train, an input on the wrong scale, a bottleneck or a penalty that is far too strong look like this.

## Fix

See that every layer trains (the layer table), that inputs are standardised, and that dropout, weight decay and other
penalties leave something to learn with; try other learning rates and a wider network. Then compare again: a simple
method that stays ahead is the better choice.

## Limits

Judged on a part of the data. Both the score on the training part and the one outside of it must be worse than the
simple method's *outside* score, by three standard errors and five points of accuracy or of explained variance: a
network that fits its training part well and does worse elsewhere is overfitting, which fewer data make worse. The loss
must have come to rest within a tenth, with learning rates that neither rise nor were lowered: slow starters, warm-ups
and schedules that run ahead on fewer data are no defect, and a program whose learning rate is a tenth or less of those
that learn one batch is not judged. The loss has to be one that the score measures: weighted
losses, quantiles, rankings, several losses or optimisers, adversarial inputs, and deep networks with saturating
activations (which rest on plateaus, and learn later) are not judged.

## References

A. Karpathy, "A Recipe for Training Neural Networks", 2019 (baselines first). The baselines are scikit-learn's; the
thresholds are this project's own.
"""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.checks.base import Check
from trialrun.checks.on_a_part import may_learn_later, unscored
from trialrun.checks.wording import count
from trialrun.checks.wording_of_experiments import without_regularisation
from trialrun.checks.wording_of_scores import one_score, part, went
from trialrun.evidence import Evidence
from trialrun.evidence.regularisation import held_back
from trialrun.evidence.scores import (
    TRIVIAL,
    best,
    clearly_better,
    evaluations,
    judged_samples,
    strongest,
    trainings,
    trivial,
)
from trialrun.evidence.trend import at_rest
from trialrun.findings.finding import Finding, Severity

LEAST_SAMPLES = 100  # of the evaluation
REST = 0.1  # of the loss: as many updates more would lower it by less
LEAST_LEAD = 0.05  # share of samples, or of the variance of the targets
# Each of these by itself can keep a network from learning what stands in its inputs.
CAUSES = (
    *("DAT101", "DAT103", "GRD401", "GRD402", "GRD403", "GRD406", "GRD407", "GRD412"),
    *("LOS301", "LOS302", "LOS303", "LOS304", "LOS306", "LOS307", "LOS311"),
    *("MOD201", "MOD202", "MOD205", "MOD206", "MOD208", "MOD209", "MOD210", "MOD212"),
    *("OPT501", "OPT502", "OPT503", "OPT504", "OPT505", "OPT506", "OPT508", "EVA701", "EVA702"),
    *("DAT102", "DAT104", "GRD404", "GRD405", "LOS308", "MOD204", "MOD207", "MOD211", "NUM802", "TRN601", "TRN602"),
)


class WorseThanBaseline(Check):
    code = "TRN604"
    slug = "worse-than-baseline"
    severity = Severity.WARNING
    needs = ("subset",)

    def unjudged(self, evidence: Evidence) -> str:
        record = evidence.subset_of("as it is")
        if record is None or unscored(evidence):
            return unscored(evidence)
        if any(call.weighted for call in evidence.loss if call.training):
            return "the loss is weighted or smoothed: its best prediction is not what the score counts"
        if not record.baselines or judged_samples(record) < LEAST_SAMPLES:
            return f"the program is scored on fewer than {LEAST_SAMPLES} samples that baselines were judged on, too"
        return may_learn_later(evidence, record)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        record = evidence.subset_of("as it is")
        if record is None:
            return
        inside, outside = best(record, trainings(record)), best(record, evaluations(record))
        simple, samples = strongest(record), judged_samples(record)
        if inside is None or outside is None or simple is None or not at_rest(record, REST):
            return
        name, score = simple
        guessing = trivial(record)
        unit = 1.0 if record.metric == "accuracy" or guessing is None else guessing[1]
        lead = min(abs(score - own) / unit for own in (inside, outside))
        if lead < LEAST_LEAD or not clearly_better(record, score, outside, samples):
            return
        if not clearly_better(record, score, inside, min(samples, record.samples)):
            return
        how = f"Always guessing the {name}" if name in TRIVIAL else f"A {name} method on the same samples"
        yield self.finding(
            f"{part(record)} the training loss went {went(record.losses)} and has come to rest, with {record.metric} "
            f"{one_score(inside)} on the training part and {one_score(outside)} on "
            f"{count(samples, 'other sample')}. {how} has {one_score(score)} there. {_cause(evidence)}",
            "See in the layer table that every layer trains and lets its input through; standardise the inputs; try "
            "other learning rates, less dropout and weight decay, and a wider network. If the network is small on "
            "purpose, this is legitimate.",
            where=record.where,
            measured={
                "metric": record.metric,
                "training_score": inside,
                "score": outside,
                "baseline": name,
                "baselines": dict(record.baselines),
                "evaluation_samples": samples,
            },
            expected=f"a {record.metric} as good as {one_score(score)}",
            explained_by=(*CAUSES, "DAT107", "TRN603"),
            verified=without_regularisation(evidence),
            stage="subset",
        )


def _cause(evidence: Evidence) -> str:
    if held_back(evidence) is not None:
        return f"The cause: {', '.join(evidence.overfit[-1].switched_off)}, without which one batch is learnt."
    return (
        "The likely cause: a part of the network does not learn (units that are off, a layer that is frozen or a "
        "bottleneck), or a penalty or the scale of the inputs holds it back."
    )
