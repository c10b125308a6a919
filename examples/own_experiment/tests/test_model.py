"""What has to hold of the model before it is worth a training."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor
from trialrun.testing import assert_batch_independent, assert_gradients_flow, assert_overfits

import data
from model import Net


def batch(count: int = 32) -> tuple[Tensor, Tensor]:
    images, digits = data.load().train[:count]
    return images, digits


def loss(model: Net, batch: tuple[Tensor, Tensor]) -> Tensor:
    images, digits = batch
    return F.cross_entropy(model(images), digits)


def net() -> Net:
    torch.manual_seed(0)
    return Net(dropout=0.3)


def test_every_weight_gets_a_gradient() -> None:
    assert_gradients_flow(net(), batch(), loss)


def test_it_can_learn_one_batch_by_heart() -> None:
    assert_overfits(net(), batch(), loss)


def test_an_image_is_read_alike_in_every_batch() -> None:
    assert_batch_independent(net().eval(), batch()[0])


def test_it_knows_nothing_at_the_start() -> None:
    assert abs(loss(net().eval(), batch()).item() - 2.303) < 0.1  # ln 10: guessing among ten digits
