"""A tensor's content is put back bit for bit into the memory it was in, and graphs that saved it go on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from trialrun.experiments.content import Content, bytes_of, supported

KINDS: dict[str, Callable[[], torch.Tensor]] = {
    "float32": lambda: torch.randn(3, 4),
    "bfloat16": lambda: torch.randn(3, 4).bfloat16(),
    "complex": lambda: torch.randn(3, 4, dtype=torch.complex64),
    "integers": lambda: torch.arange(12).reshape(3, 4),
    "yes or no": lambda: torch.arange(12) % 2 == 0,
    "a number": lambda: torch.tensor(3.0),
    "empty": lambda: torch.empty(0, 4),
    "transposed": lambda: torch.randn(4, 3).T,
    "expanded": lambda: torch.randn(3, 1).expand(3, 4).contiguous(),
    "not finite": lambda: torch.tensor([float("nan"), float("inf"), -0.0]),
}


def bits(tensor: torch.Tensor) -> bytes:
    return tensor.detach().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
def test_content_memory_and_version_come_back(make: Callable[[], torch.Tensor]) -> None:
    tensor = make()
    before, pointer, version = bits(tensor), tensor.data_ptr(), tensor._version
    content = Content(tensor)
    assert content.is_near(0.0) and not content.touched
    tensor.zero_()
    tensor.fill_(1)
    assert content.touched
    assert content.put_back()
    assert (bits(tensor), tensor.data_ptr(), tensor._version) == (before, pointer, version)


def test_a_tensor_whose_places_share_memory_is_put_back() -> None:
    one = torch.randn(1, 4)
    before = one.clone()
    content = Content(one.expand(3, 4))
    one.zero_()
    assert content.put_back()
    assert torch.equal(one, before)
    assert content.is_near(0.0) and not content.touched


def test_memory_that_was_exchanged_comes_back_to_all_who_share_it() -> None:
    weight = torch.nn.Parameter(torch.ones(3))
    view = weight.data
    content = Content(weight)
    weight.data = torch.zeros(3)
    view.fill_(5)
    assert content.put_back()
    assert weight.data_ptr() == view.data_ptr()
    assert weight.tolist() == view.tolist() == [1.0] * 3


def test_gradient_and_requires_grad_come_back() -> None:
    weight = torch.nn.Parameter(torch.ones(3))
    weight.grad = kept = torch.ones(3)
    content = Content(weight)
    weight.grad = torch.zeros(3)
    weight.requires_grad_(False)
    assert content.put_back()
    assert weight.grad is kept and weight.requires_grad
    content = Content(torch.nn.Parameter(torch.ones(3)))
    content.tensor.grad = kept
    assert content.put_back() and content.tensor.grad is None


def test_a_graph_that_saved_the_tensor_goes_on() -> None:
    weight = torch.nn.Parameter(torch.full((3,), 2.0))
    loss = (weight * weight).sum()
    content = Content(weight)
    with torch.no_grad():
        weight.mul_(10)
    assert content.put_back()
    loss.backward()
    assert weight.grad is not None and weight.grad.tolist() == [4.0] * 3


def test_without_a_copy_a_change_is_told() -> None:
    data = torch.ones(3)
    content = Content(data, copied=False)
    assert content.put_back() and content.bytes == 0 and content.is_near(0.0)
    data.add_(1)
    assert not content.put_back()
    assert not content.is_near(1.0)


def test_near_means_near() -> None:
    tensor = torch.tensor([1.0, -100.0, float("inf"), float("nan")])
    content = Content(tensor)
    tensor[0] += 0.05
    assert content.is_near(1e-3) and not content.is_near(1e-4)
    tensor[2] = 3.0
    assert not content.is_near(1.0)


def test_sparse_tensors() -> None:
    sparse = torch.sparse_coo_tensor(torch.tensor([[0, 2]]), torch.ones(2, 3), (4, 3)).coalesce()
    content = Content(sparse)
    assert bytes_of(sparse) == 2 * (4 + 8) and content.is_near(0.0)
    sparse.mul_(3)
    assert not content.is_near(1e-3)
    assert content.put_back()
    assert sparse.to_dense().sum() == 6


def test_what_cannot_be_kept() -> None:
    assert supported(torch.ones(1))
    assert not supported(torch.empty(1, device="meta"))
    assert not supported(torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8))
    assert not supported(torch.nn.parameter.UninitializedParameter())
    with torch.inference_mode():
        assert not supported(torch.ones(1))


def test_a_table_that_got_rows_with_a_graph_is_a_leaf_again() -> None:
    table, weight = torch.zeros(4, 2), torch.ones(2, requires_grad=True)
    content = Content(table)
    table[1] = 3 * weight
    table.sum().backward()
    assert not table.is_leaf and content.touched
    assert content.put_back()
    assert (table.is_leaf, table.requires_grad, table.grad_fn) == (True, False, None)
    assert torch.equal(table, torch.zeros(4, 2)) and not content.touched
    (table[1] * weight).sum().backward()  # and takes part in new graphs
