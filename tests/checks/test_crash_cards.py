from dataclasses import replace

import pytest

from trialrun.checks.crash.card import CrashCheck
from trialrun.checks.registry import all_checks, judge
from trialrun.evidence import Evidence
from trialrun.evidence.program import CallContext, CrashRecord
from trialrun.findings.finding import Finding

from .records import BATCH, CRASH, LOOPS

CARDS = [check for check in all_checks() if isinstance(check, CrashCheck)]
LINEAR = CallContext(
    operation="linear",
    arguments=("input: float32 (64, 784) cpu",),
    module="fc1",
    module_cls="Linear",
    module_repr="Linear(in_features=512, out_features=10, bias=True)",
    input_shapes=((64, 784),),
)


def cards(message: str, exception: str = "RuntimeError", **changes: object) -> list[Finding]:
    batch = changes.pop("batch", ())
    crash = replace(CRASH, message=message, exception=exception, **changes)
    found, skipped = judge(Evidence(crash=(crash,), loop=LOOPS, batch=batch), CARDS)
    assert not skipped
    return found


# Messages of PyTorch 2.13, and of earlier versions where they differ.
@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("CRX001", "mat1 and mat2 shapes cannot be multiplied (64x784 and 512x10)"),
        (
            "CRX001",
            "Given groups=1, weight of size [8, 3, 3, 3], expected input[4, 1, 28, 28] to have 3 channels, but got "
            "1 channels instead",
        ),
        ("CRX001", "Expected input batch_size (4) to match target batch_size (5)."),
        ("CRX001", "Target size (torch.Size([4])) must be the same as input size (torch.Size([4, 1]))"),
        (
            "CRX001",
            "Using a target size (torch.Size([4])) that is different to the input size (torch.Size([4, 1])) is "
            "deprecated. Please ensure they have the same size.",
        ),
        ("CRX001", "shape '[5, -1]' is invalid for input of size 12"),
        ("CRX001", "The size of tensor a (3) must match the size of tensor b (5) at non-singleton dimension 1"),
        ("CRX001", "running_mean should contain 4 elements not 3"),
        ("CRX001", "input.size(-1) must be equal to input_size. Expected 10, got 8"),
        ("CRX001", "stack expects each tensor to be equal size, but got [4, 3] at entry 0 and [5, 4] at entry 1"),
        ("CRX001", "0D or 1D target tensor expected, multi-target not supported"),
        ("CRX001", "Given normalized_shape=[10], expected input with shape [*, 10], but got input of size[4, 8]"),
        ("CRX002", "Expected 3D (unbatched) or 4D (batched) input to conv2d, but got input of size: [28, 28]"),
        ("CRX002", "expected 4D input (got 3D input)"),
        ("CRX002", "expected 2D or 3D input (got 1D input)"),
        ("CRX002", "For unbatched 2-D input, hx and cx should also be 2-D but got (3-D, 3-D) tensors"),
        ("CRX002", "mat1 and mat2 shapes cannot be multiplied (8x676 and 5408x10)"),
        ("CRX003", "expected target dtype to be Long or Byte, but got Float"),
        ("CRX003", "expected scalar type Long but found Float"),
        ("CRX003", "\"nll_loss_forward_reduce_cuda_kernel_2d_index\" not implemented for 'Float'"),
        ("CRX003", "Expected floating point type for target with class probabilities, got Long"),
        ("CRX003", "Found dtype Long but expected Float"),
        ("CRX003", "result type Float can't be cast to the desired output type Long"),
        ("CRX004", "grad can be implicitly created only for scalar outputs"),
        ("CRX000", "CUDA error: unspecified launch failure"),
        ("CRX006", "mat1 and mat2 must have the same dtype, but got Double and Float"),
    ],
)
def test_one_card_speaks_for_a_crash_at_its_innermost_frame(code: str, message: str) -> None:
    (finding,) = cards(message)

    assert finding.code == code
    assert str(finding.where) == "train.py:39"
    assert finding.message.startswith(f"RuntimeError: {message.splitlines()[0].rstrip('.')}")
    assert finding.fix


def test_linear_card_names_module_shapes_and_axes() -> None:
    (finding,) = cards("mat1 and mat2 shapes cannot be multiplied (64x784 and 512x10)", context=LINEAR)

    assert "fc1 = Linear(in_features=512, out_features=10, bias=True)" in finding.message
    assert "takes (batch, ..., 512 features) and got (64, 784)" in finding.message
    assert "in_features=784" in finding.fix


def test_unflattened_input_is_recognised_by_its_product() -> None:
    context = replace(LINEAR, input_shapes=((64, 8, 8, 8),))
    (finding,) = cards("mat1 and mat2 shapes cannot be multiplied (4096x8 and 512x10)", context=context)

    assert "8 x 8 x 8 = 512 numbers" in finding.message
    assert "flatten(1)" in finding.fix


def test_channels_last_input_is_recognised() -> None:
    (finding,) = cards(
        "Given groups=1, weight of size [8, 3, 3, 3], expected input[4, 28, 28, 3] to have 3 channels, "
        "but got 28 channels instead"
    )
    assert "permute(0, 3, 1, 2)" in finding.fix


def test_rows_of_a_known_batch_are_samples_not_channels() -> None:
    message = "mat1 and mat2 shapes cannot be multiplied (8x676 and 5408x10)"
    assert [finding.code for finding in cards(message, batch=(BATCH,))] == ["CRX001"]


def test_float_to_float_mismatch_is_no_target_dtype() -> None:
    assert [finding.code for finding in cards("Found dtype Double but expected Float")] == ["CRX000"]


def test_crash_that_was_not_believed_is_silent() -> None:
    assert cards("list index out of range", "IndexError", believed=False) == []


def test_fault_after_the_last_epoch_has_one_card_with_its_cost() -> None:
    (finding,) = cards("'val_los'", "KeyError", phase="after training")

    assert finding.code == "CRX005"
    assert "about 1,000 steps" in finding.message  # 20 epochs of 50


def test_known_fault_after_the_last_epoch_keeps_its_own_card_and_adds_when() -> None:
    (finding,) = cards("expected 4D input (got 3D input)", "ValueError", phase="after training")

    assert finding.code == "CRX002"
    assert "only after the last epoch" in finding.message


def test_crash_without_frames_or_message_has_a_card() -> None:
    found, _ = judge(Evidence(crash=(CrashRecord("SIGKILL", "", ""),)), CARDS)

    assert [(finding.code, finding.where) for finding in found] == [("CRX000", None)]


def test_no_crash_no_card() -> None:
    assert judge(Evidence(), CARDS) == ([], [])


def test_missing_folder_at_the_end_is_to_be_made_before_training() -> None:
    (finding,) = cards("Parent directory out does not exist.", phase="after training")

    assert finding.code == "CRX005"
    assert "os.makedirs" in finding.fix
