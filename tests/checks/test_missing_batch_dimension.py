from dataclasses import replace

import pytest

from trialrun.checks.crash.card import CrashCheck
from trialrun.checks.registry import all_checks, judge
from trialrun.evidence import Evidence
from trialrun.evidence.program import CallContext
from trialrun.evidence.tensors import BatchRecord

from .records import BATCH, CRASH, TENSOR

CARDS = [check for check in all_checks() if isinstance(check, CrashCheck)]
NORM = CallContext("group_norm", (), "norm", "GroupNorm", "GroupNorm(4, 16, eps=1e-05)", ((16, 6, 6),))
MODEL = CallContext("getitem", (), "", "Reader", "Reader()", ((7,),))
TOO_MANY = "too many indices for tensor of dimension 2"


def batch_of(*sizes: int) -> BatchRecord:
    return replace(BATCH, source="model input", batch_size=None, tensors=(replace(TENSOR, shape=sizes),))


def code(message: str, context: CallContext | None, *batches: BatchRecord, exception: str = "RuntimeError") -> str:
    crash = replace(CRASH, message=message, exception=exception, context=context)
    ((finding,), _) = judge(Evidence(crash=(crash,), batch=batches), CARDS)
    return finding.code


def vector_of(channels: int, *sizes: int) -> str:
    return (
        "Expected weight to be a vector of size equal to the number of channels in input, but got weight of shape "
        f"[{channels}] and input of shape {list(sizes)}"
    )


def groups_of(*sizes: int) -> str:
    return (
        f"Expected number of channels in input to be divisible by num_groups, but got input of shape {list(sizes)} "
        "and num_groups=4"
    )


@pytest.mark.parametrize("message", [vector_of(16, 16, 4, 4), vector_of(16, 16, 20), groups_of(16, 6, 6)])
def test_single_sample_in_a_group_normalisation(message: str) -> None:
    assert code(message, NORM) == "CRX002"


@pytest.mark.parametrize(
    "message", [vector_of(16, 5, 8, 6, 6), vector_of(16, 16, 8, 6, 6), vector_of(16, 32, 4, 4), groups_of(5, 6, 6)]
)
def test_other_sizes_in_a_group_normalisation_do_not_fit(message: str) -> None:
    assert code(message, NORM) == "CRX001"


def test_batch_as_large_as_the_channels_is_a_batch() -> None:
    assert code(vector_of(16, 16, 4, 4), NORM, batch_of(16, 1, 4, 4)) == "CRX001"


@pytest.mark.parametrize(
    "message", [TOO_MANY, "Dimension out of range (expected to be in range of [-1, 0], but got 1)"]
)
def test_sample_of_what_the_model_was_trained_on_batches_of(message: str) -> None:
    assert code(message, MODEL, batch_of(32, 7), exception="IndexError") == "CRX002"


@pytest.mark.parametrize(
    ("context", "batches"),
    [
        (MODEL, ()),
        (MODEL, (batch_of(32, 8),)),
        (MODEL, (batch_of(32, 7), batch_of(7))),  # such a one has trained it
        (replace(MODEL, module="memory"), (batch_of(32, 7),)),  # what comes to an inner layer may have any shape
        (replace(MODEL, input_shapes=((),)), (batch_of(32),)),
        (None, (batch_of(32, 7),)),
    ],
)
def test_other_faults_of_an_index_are_no_missing_axis(
    context: CallContext | None, batches: tuple[BatchRecord, ...]
) -> None:
    assert code(TOO_MANY, context, *batches, exception="IndexError") == "CRX000"
