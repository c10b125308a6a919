from dataclasses import replace

import pytest

from trialrun.checks.crash.card import CrashCheck
from trialrun.checks.registry import all_checks, judge
from trialrun.evidence import Evidence
from trialrun.evidence.place import Where
from trialrun.evidence.program import CallContext, CoverageRecord, CrashRecord, InPlaceChange
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
        ("CRX001", "Expected target size [3, 10], got [3, 7]"),
        ("CRX001", "size mismatch (got input: [3, 2, 4, 4] , target: [3, 8, 8]"),
        ("CRX001", "only batches of spatial targets supported (3D tensors) but got targets of dimension: 4"),
        ("CRX001", "Given input size: (3x1x1). Calculated output size: (3x0x0). Output size is too small"),
        ("CRX001", "Expected 3D (unbatched) or 4D (batched) input to conv2d, but got input of size: [2, 1, 28, 3, 3]"),
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
        ("CRX006", "expected m1 and m2 to have the same dtype, but got: double != float"),
        ("CRX006", "Input type (unsigned char) and bias type (float) should be the same"),
        ("CRX006", "Input type (float) and bias type (c10::Half) should be the same"),
        ("CRX006", "RNN input dtype (torch.float64) does not match weight dtype (torch.float32). Convert input"),
        ("CRX006", "mixed dtype (CPU): all inputs must share same datatype."),
        ("CRX006", "expected scalar type Double but found Float"),
        ("CRX006", "Found dtype Double but expected Float"),
        (
            "CRX006",
            "Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, Int; but got "
            "torch.FloatTensor instead (while checking arguments for embedding)",
        ),
        ("CRX006", "\"softmax_lastdim_kernel_impl\" not implemented for 'Long'"),
        ("CRX006", "\"addmm_impl_cpu_\" not implemented for 'Half'"),
        ("CRX007", "Input type (torch.cuda.FloatTensor) and weight type (torch.FloatTensor) should be the same"),
        ("CRX007", "Tensor on device meta is not on the expected device cpu!"),
        (
            "CRX007",
            "Expected all tensors to be on the same device, but found at least two devices, cuda:0 and cpu! (when "
            "checking argument for argument mat1 in method wrapper_CUDA_addmm)",
        ),
        ("CRX007", "Cannot copy out of meta tensor; no data! Please use torch.nn.Module.to_empty()"),
        ("CRX008", "Target 10 is out of bounds."),
        ("CRX008", "CUDA error: device-side assert triggered"),
        ("CRX009", "index out of range in self"),
        ("CRX009", "Index 1 of input takes value 5 which is not in the valid range [0, 3)"),
        ("CRX010", "Trying to backward through the graph a second time (or directly access saved tensors after"),
        ("CRX011", "a leaf Variable that requires grad is being used in an in-place operation."),
        ("CRX012", "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead."),
        ("CRX012", "can't convert cuda:0 device type tensor to numpy. Use Tensor.cpu() to copy the tensor to host"),
        ("CRX013", "view size is not compatible with input tensor's size and stride (at least one dimension spans"),
        ("CRX014", 'Error(s) in loading state_dict for Net:\n\tMissing key(s) in state_dict: "a.weight". '),
        ("CRX014", "loaded state dict contains a parameter group that doesn't match the size of optimizer's group"),
        ("CRX015", "optimizer got an empty parameter list"),
        ("CRX016", "Unable to allocate 512. TiB for an array with shape (70368744177664,) and data type float64"),
        ("CRX017", "DataLoader worker (pid 12) is killed by signal: Killed. "),
        ("CRX017", "DataLoader worker (pid(s) 29092) exited unexpectedly"),
        (
            "CRX018",
            "default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; "
            "found <class 'NoneType'>",
        ),
        ("DAT110", "can't convert np.ndarray of type numpy.object_. The only supported types are: float64, float32"),
        ("CRX000", "could not convert string to float: 'x'"),  # no table in sight
        ("CRX006", "mat1 and mat2 must have the same dtype, but got Double and Float"),
    ],
)
def test_one_card_speaks_for_a_crash_at_its_innermost_frame(code: str, message: str) -> None:
    (finding,) = cards(message)

    assert finding.code == code
    assert str(finding.where) == "train.py:39"
    assert finding.message.startswith(f"RuntimeError: {message.strip().splitlines()[0].rstrip('.:')}")
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


def test_integer_target_is_no_mix_of_floats() -> None:
    assert [finding.code for finding in cards("Found dtype Long but expected Float")] == ["CRX003"]


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


WORKER = """Caught IndexError in DataLoader worker process 0.
Original Traceback (most recent call last):
  File "/home/me/torch/utils/data/_utils/worker.py", line 374, in _worker_loop
    data = fetcher.fetch(index)
  File "/home/me/project/train.py", line 12, in __getitem__
    return self.rows[index]
IndexError: list index out of range
"""


def test_exception_of_a_worker_is_told_as_itself_at_its_own_line() -> None:
    coverage = CoverageRecord(10, 5, files=("train.py",))
    crash = replace(CRASH, message=WORKER, exception="IndexError")
    ((finding,), _) = judge(Evidence(crash=(crash,), coverage=(coverage,)), CARDS)

    assert finding.code == "CRX000"
    assert str(finding.where) == "train.py:12"
    assert finding.message.startswith("IndexError: list index out of range.")


def test_lengths_of_a_workers_batch_are_told_like_those_of_the_main_process() -> None:
    text = (
        "Caught RuntimeError in DataLoader worker process 1.\nOriginal Traceback (most recent call last):\n"
        '  File "/x/torch/utils/data/_utils/collate.py", line 155, in collate\n    return torch.stack(batch, 0)\n'
        "RuntimeError: stack expects each tensor to be equal size, but got [1] at entry 0 and [2] at entry 3\n"
    )
    (finding,) = cards(text, traceback=text)

    assert finding.code == "CRX018"
    assert "Sample 0 of the batch has shape [1] and sample 3 has [2]" in finding.message


def context(*arguments: str, operation: str = "cross_entropy", **changes: object) -> CallContext:
    return replace(CallContext(operation, arguments), **changes)


@pytest.mark.parametrize(
    ("label", "values", "outputs", "advice"),
    [
        (3, "1..3", 3, "start at 1: subtract 1"),
        (9, "0..9", 9, "as many outputs as there are classes (at least 10)"),
        (255, "0..255", 2, "ignore_index=255"),
        (-7, "-7..1", 2, "np.unique"),
    ],
)
def test_label_card_tells_what_these_labels_need(label: int, values: str, outputs: int, advice: str) -> None:
    given = context(f"input: float32 (8, {outputs}) cpu", f"target: int64 (8,) cpu, values {values}")
    (finding,) = cards(f"Target {label} is out of bounds.", "IndexError", context=given)

    assert f"{outputs} classes, so labels run from 0 to {outputs - 1}" in finding.message
    assert advice in finding.fix


def test_device_card_names_the_tensor_that_was_left_behind() -> None:
    given = context("input: float32 (8, 4) cuda:0", "weight: float32 (2, 4) cpu", "bias: float32 (2,) cpu")
    (finding,) = cards("Expected all tensors to be on the same device, but found cuda:0 and cpu!", context=given)

    assert "Left on cpu: weight float32 (2, 4), bias float32 (2,); the rest is on cuda:0" in finding.message
    assert "model.to(device)" in finding.fix


SAVED = (
    "one of the variables needed for gradient computation has been modified by an inplace operation: "
    "[torch.FloatTensor [4, 3]], which is output 0 of ExpBackward0, is at version 1; expected version 0 instead. Hint: "
    "enable anomaly detection to find the operation"
)


def changed(line: int, shape: tuple[int, ...], version: int = 1) -> InPlaceChange:
    return InPlaceChange("add", Where("net.py", line), shape, "float32", version)


def test_in_place_card_points_at_the_change_of_that_shape_and_version() -> None:
    changes = (changed(3, (4, 3)), changed(5, (4, 3), version=2), changed(7, (9,)))
    (finding,) = cards(SAVED, context=context(operation="backward", changes=changes))

    assert str(finding.where) == "net.py:3"
    assert "net.py:5" not in finding.message
    assert "Hint" not in finding.message


def test_in_place_card_without_a_recorded_change_stays_at_the_backward() -> None:
    (finding,) = cards(SAVED, context=context(operation="backward"))

    assert str(finding.where) == "train.py:39"


def test_in_place_card_blames_a_step_only_for_a_parameter_of_that_shape() -> None:
    step = InPlaceChange("Adam.step", Where("train.py", 30), parameter_shapes=((3, 4), (3,)))
    (finding,) = cards(SAVED, context=context(operation="backward", changes=(step,)))
    (other,) = cards(SAVED, context=context(operation="backward", changes=(replace(step, parameter_shapes=((9,),)),)))

    assert str(finding.where) == "train.py:30"
    assert str(other.where) == "train.py:39"


def test_freed_graph_card_tells_two_losses_from_a_carried_state() -> None:
    message = "Trying to backward through the graph a second time (or directly access saved tensors"
    (two,) = cards(message, context=context(operation="backward", earlier_backward=Where("train.py", 38)))
    (carried,) = cards(message, context=context(operation="backward", earlier_backward=Where("train.py", 39)))

    assert "train.py:38" in two.message
    assert "backward() once on the sum" in two.fix
    assert "detach()" in carried.fix


@pytest.mark.parametrize(
    ("body", "advice"),
    [
        ('Missing key(s) in state_dict: "a.b". \n\tUnexpected key(s) in state_dict: "module.a.b". ', "DataParallel"),
        ('Missing key(s) in state_dict: "_orig_mod.a". \n\tUnexpected key(s) in state_dict: "a". ', "inner module"),
        ('Missing key(s) in state_dict: "a". \n\tUnexpected key(s) in state_dict: "epoch", "model". ', '["model"]'),
        (
            "size mismatch for a.w: copying a param with shape torch.Size([10, 2]) from checkpoint, the shape in "
            "current model is torch.Size([2, 2]).",
            "sizes it was saved with",
        ),
    ],
)
def test_checkpoint_card_recognises_wrappers_and_whole_checkpoints(body: str, advice: str) -> None:
    (finding,) = cards(f"Error(s) in loading state_dict for Net:\n\t{body}")

    assert advice in finding.fix


def test_memory_card_bounds_the_batch_by_what_does_not_grow_with_it() -> None:
    text = (
        "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 8.00 GiB of which 1.00 GiB is "
        "free. Of the allocated memory 7.00 GiB is allocated by PyTorch"
    )
    (finding,) = cards(text, "OutOfMemoryError", batch=(BATCH,))

    assert f"now {BATCH.batch_size}; at most {int(BATCH.batch_size * 8 / 9)} can fit" in finding.fix


def test_memory_card_sees_one_tensor_that_fits_nowhere() -> None:
    text = "DefaultCPUAllocator: can't allocate memory: you tried to allocate 1099511627776 bytes."
    (finding,) = cards(text, memory_left_bytes=2**30)

    assert "1 TiB was asked for, and the machine has 1 GiB left" in finding.message
    assert "broadcast" in finding.fix


def test_pickling_outside_a_loader_is_no_worker() -> None:
    text = "Can't pickle local object 'main.<locals>.<lambda>'"

    assert [finding.code for finding in cards(text, "AttributeError", traceback="torch.save(...)")] == ["CRX000"]


@pytest.mark.parametrize(
    ("source", "fix"),
    [("train()", "under if __name__"), ('if __name__ == "__main__":\n    train()', "num_workers=0")],
)
def test_worker_that_fails_at_its_start_is_laid_to_the_missing_guard_only_where_it_misses(
    source: str, fix: str
) -> None:
    message = "DataLoader worker (pid(s) 7) exited unexpectedly"
    crash = replace(CRASH, message=message, traceback="DataLoader worker (pid 7) exited unexpectedly with exit code 1.")
    ((finding,), _) = judge(Evidence(crash=(crash,), source={"train.py": source}), CARDS)

    assert finding.code == "CRX017"
    assert fix in finding.fix


def test_own_words_of_the_user_are_not_explained_with_the_cards_of_torch() -> None:
    words = "index out of range in self"
    assert [found.code for found in cards(words, "IndexError")] == ["CRX009"]
    assert [found.code for found in cards(words, "IndexError", own=True)] == ["CRX000"]


def test_index_select_has_no_embedding() -> None:
    context = CallContext("index_select", ("argument 3: int64 (8,) cpu, values 0..30",))
    assert [found.code for found in cards("index out of range in self", "IndexError", context=context)] == ["CRX000"]


def test_a_model_is_named_by_its_class_not_by_all_its_layers() -> None:
    context = replace(
        LINEAR, module="", module_cls="Net", module_repr="Net( (body): Linear(in_features=512, out_features=10..."
    )
    (finding,) = cards("mat1 and mat2 shapes cannot be multiplied (64x784 and 512x10)", context=context)

    assert "In Net, got input: float32 (64, 784) cpu." in finding.message
