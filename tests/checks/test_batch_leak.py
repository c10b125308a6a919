from dataclasses import replace

import pytest

from trialrun.checks.model.batch_leak import BatchLeak
from trialrun.checks.model.softmax_over_batch import SoftmaxOverBatch
from trialrun.evidence import sample_replaced as names
from trialrun.evidence.experiments import ExperimentRecord
from trialrun.evidence.loading import LoaderRecord
from trialrun.evidence.softmaxes import SoftmaxUse
from trialrun.evidence.tensors import LossCall
from trialrun.findings.finding import Severity

from .records import LOSS, findings, line, updates

CUT_ANEW = ExperimentRecord(
    names.NAME,
    where=line(18, "forward"),
    facts={names.SAMPLES: 32.0, names.MOVED: 11.0, names.LARGEST: 0.5, names.TOLERANCE: 1e-6},
    words={
        names.MODEL: "Net",
        names.OPERATION: "view",
        names.MODULE: "",
        names.CLASS: "Net",
        names.INPUT: "(32, 12, 16)",
        names.RESULT: "(12, 32, 16)",
        names.KIND: names.SPREAD,
    },
)
OWN = replace(LOSS, function="cross_entropy", input_shape=(32, 2), target_shape=(32,))


def test_cut_anew_with_a_target_for_each_sample_is_an_error_with_both_numbers() -> None:
    (finding,) = findings(BatchLeak, experiment=(CUT_ANEW,), loss=(OWN,))

    assert finding.severity is Severity.ERROR
    assert finding.verified is not None and "11 of 31" in finding.verified.result
    assert finding.where is not None and finding.where.line == 18


@pytest.mark.parametrize("loss", [replace(OWN, function="backward"), replace(OWN, target_shape=(31,))])
def test_the_same_is_a_warning_where_the_losses_do_not_compare_samples(loss: LossCall) -> None:
    (finding,) = findings(BatchLeak, experiment=(CUT_ANEW,), loss=(loss,))

    assert finding.severity is Severity.WARNING


def test_attention_between_samples_is_a_warning_that_says_when_it_is_right() -> None:
    words = {**CUT_ANEW.words, names.OPERATION: "multi_head_attention_forward", names.KIND: ""}

    (finding,) = findings(BatchLeak, experiment=(replace(CUT_ANEW, words=words),), loss=(OWN,))

    assert finding.severity is Severity.WARNING
    assert "legitimate" in finding.message


def test_statistics_asked_for_and_recurrence_along_a_series_are_silent() -> None:
    normed = replace(CUT_ANEW, words={**CUT_ANEW.words, names.OPERATION: "batch_norm", names.KIND: ""})
    recurrent = replace(CUT_ANEW, words={**CUT_ANEW.words, names.OPERATION: "lstm", names.KIND: ""})
    loader = LoaderRecord(0, line(3), 640, 32, drop_last=False, sequential=True, workers=0, steps=4)

    assert findings(BatchLeak, experiment=(normed,), loss=(OWN,)) == []
    assert findings(BatchLeak, experiment=(recurrent,), loss=(OWN,), loader=(loader,)) == []
    assert (
        len(findings(BatchLeak, experiment=(recurrent,), loss=(OWN,), loader=(replace(loader, sequential=False),))) == 1
    )


def test_no_other_sample_moved_is_silent() -> None:
    still = replace(CUT_ANEW, facts={**CUT_ANEW.facts, names.MOVED: 0.0})

    assert findings(BatchLeak, experiment=(still,), loss=(OWN,)) == []


def test_a_softmax_that_was_found_already_is_verified_by_it() -> None:
    use = SoftmaxUse(CUT_ANEW.where, "softmax", (32, 7, 1), 0, uses=4, single_uses=0, batch_axis=4, batch_sizes=(32,))

    (finding,) = findings(SoftmaxOverBatch, update=updates(), softmax=(use,), experiment=(CUT_ANEW,))
    (leak,) = findings(BatchLeak, experiment=(CUT_ANEW,), loss=(OWN,))

    assert finding.verified is not None and "11 of the 31" in finding.verified.result
    assert "MOD205" in leak.explained_by
