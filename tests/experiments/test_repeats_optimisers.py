"""Every kind of update is repeated and put back bit for bit; the program goes on as if nothing had been."""

from __future__ import annotations

import pytest

from tests.experiments.conftest import Bench

START = """
import torch
from torch import nn
torch.manual_seed(0)
x = torch.randn(12, 6)
y = torch.arange(12) % 3
model = nn.Sequential(nn.Linear(6, 16), nn.Tanh(), nn.Dropout(0.2), nn.Linear(16, 3))
def loss_of(batch=slice(None)):
    return nn.functional.cross_entropy(model(x[batch]), y[batch])
"""

UPDATES = {
    "SGD": "torch.optim.SGD(model.parameters(), lr=0.1)",
    "momentum": "torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, nesterov=True, weight_decay=1e-3)",
    "AdamW amsgrad": "torch.optim.AdamW(model.parameters(), lr=0.01, amsgrad=True, weight_decay=0.1)",
    "groups": (
        "torch.optim.RMSprop([{'params': model[0].parameters(), 'lr': 1e-3}, {'params': model[3].parameters()}], 0.01)"
    ),
    "rate in a tensor": "torch.optim.Adam(model.parameters(), lr=torch.tensor(0.01))",
    "Rprop": "torch.optim.Rprop(model.parameters(), lr=0.01)",
}


@pytest.mark.parametrize("made", UPDATES.values(), ids=UPDATES)
def test_optimisers(bench: Bench, made: str) -> None:
    done = bench(
        START
        + f"optimiser = {made}"
        + """
for step in range(5):
    look()
    optimiser.zero_grad()
    loss = loss_of()
    loss.backward()
    held = [parameter.grad for parameter in model.parameters()]
    optimiser.step()
"""
    )
    done.compare()
    done.learns()


def test_state_that_is_first_made_in_the_window(bench: Bench) -> None:
    done = bench(
        START
        + """
body = torch.optim.Adam(model[0].parameters(), lr=0.01)
head = torch.optim.Adam(model[3].parameters(), lr=0.01)
for step in range(5):
    look()
    body.zero_grad(); head.zero_grad()
    loss = loss_of()
    loss.backward()
    body.step()
    if step:
        head.step()
    if step == 1:
        body.add_param_group({"params": [nn.Parameter(torch.ones(2))]})
print([len(group["params"]) for group in body.param_groups], len(head.state))
"""
    )
    done.compare()
    done.learns()
    assert done.setting is not None
    assert done.portraits[1]["module.head.state"] == []  # it was not there when the window began


def test_bfloat16_weights_with_a_float32_state(bench: Bench) -> None:
    done = bench(
        START
        + """
model = model.bfloat16()
x = x.bfloat16()
masters = [p.detach().float().requires_grad_() for p in model.parameters()]
optimiser = torch.optim.Adam(masters, lr=0.05)
for step in range(5):
    look()
    loss = loss_of()
    model.zero_grad()
    loss.backward()
    for master, weight in zip(masters, model.parameters()):
        master.grad = weight.grad.float()
    optimiser.step()
    with torch.no_grad():
        for master, weight in zip(masters, model.parameters()):
            weight.copy_(master)
"""
    )
    done.compare()
    done.learns()


def test_tied_weights_and_buffers(bench: Bench) -> None:
    done = bench("""
import torch
from torch import nn
torch.manual_seed(0)
class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(9, 6)
        self.norm = nn.BatchNorm1d(6, momentum=None)
        self.head = nn.Linear(6, 9, bias=False)
        self.head.weight = self.embed.weight
        self.register_buffer("mask", torch.zeros(9).masked_fill(torch.arange(9) > 7, -float("inf")))
        self.register_buffer("seen", torch.tensor(0))
    def forward(self, tokens):
        if self.training:
            self.seen += 1
        return self.head(self.norm(self.embed(tokens))) + self.mask
model = Tied()
tokens = torch.arange(8)
optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
for step in range(5):
    look()
    optimiser.zero_grad(set_to_none=False)
    loss = nn.functional.cross_entropy(model(tokens), tokens.flip(0))
    loss.backward()
    optimiser.step()
    if step == 2:
        model.eval(); model.norm.requires_grad_(False)
    else:
        model.train()
print(model.seen, model.norm.num_batches_tracked, model.head.weight is model.embed.weight)
""")
    done.compare()
    done.learns()


def test_gradient_scaler(bench: Bench) -> None:
    """Every second step overflows and is skipped, so a window is two items long."""
    done = bench(
        START
        + """
scaler = torch.amp.GradScaler("cpu", init_scale=2.0**124, growth_factor=16.0, backoff_factor=1 / 16, growth_interval=1)
optimiser = torch.optim.SGD(model.parameters(), lr=0.001)
for step in range(8):
    look()
    optimiser.zero_grad()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        loss = 100 * loss_of()
    scaler.scale(loss).backward()
    scaler.unscale_(optimiser)
    nn.utils.clip_grad_norm_(model.parameters(), 100.0)
    scaler.step(optimiser)
    scaler.update()
print(scaler.get_scale())
"""
    )
    done.compare()
    done.learns()
    assert done.setting is not None and len(done.setting.window.items) == 2
    assert 50 < (done.losses[0] or 0) < 200  # as it was before it was scaled


def test_several_optimisers_of_one_loss(bench: Bench) -> None:
    done = bench(
        START
        + """
optimisers = [torch.optim.SGD(model[0].parameters(), lr=0.1, momentum=0.9), torch.optim.Adagrad(model[3].parameters())]
for step in range(5):
    look()
    for optimiser in optimisers:
        optimiser.zero_grad()
    loss = loss_of()
    loss.backward()
    for optimiser in optimisers:
        optimiser.step()
"""
    )
    done.compare()
    done.learns()


def test_lbfgs(bench: Bench) -> None:
    done = bench(
        START
        + """
model = nn.Sequential(model[0], model[1], model[3])
optimiser = torch.optim.LBFGS(model.parameters(), lr=0.1, max_iter=3, history_size=4)
calls = 0
def closure():
    global calls
    calls += 1
    optimiser.zero_grad()
    loss = loss_of()
    loss.backward()
    return loss
for step in range(4):
    look()
    loss = optimiser.step(closure)
print(calls)
"""
    )
    done.compare()
    done.learns()


SCHEDULES = {
    "OneCycleLR, near its end": "OneCycleLR(optimiser, 0.2, total_steps=6)",
    "StepLR": "StepLR(optimiser, 1, 0.5)",
    "warm-up, then cosine": (
        "SequentialLR(optimiser, [LinearLR(optimiser, 0.01, total_iters=2), CosineAnnealingLR(optimiser, 4)], [2])"
    ),
    "LambdaLR": "LambdaLR(optimiser, lambda step: 1 / (step + 1))",
    "ReduceLROnPlateau": "ReduceLROnPlateau(optimiser, patience=0)",
}


@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)
def test_schedules(bench: Bench, schedule: str) -> None:
    done = bench(
        "from torch.optim.lr_scheduler import *\n"
        + START
        + f"""
optimiser = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
schedule = {schedule}
rates = []
for step in range(5):
    look()
    optimiser.zero_grad()
    loss = loss_of()
    loss.backward()
    optimiser.step()
    schedule.step({"loss.item()" if "Plateau" in schedule else ""})
    rates.append(optimiser.param_groups[0]["lr"])
print(rates)
"""
    )
    done.compare()
    done.learns()
    assert done.readings[0].rates == done.readings[-1].rates


def test_averages_of_the_weights(bench: Bench) -> None:
    done = bench(
        "import copy\n"
        + START
        + """
optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
ema = copy.deepcopy(model).requires_grad_(False)
shadow = {name: value.clone() for name, value in model.state_dict().items()}
average = torch.optim.swa_utils.AveragedModel(model)
best = None
for step in range(5):
    look()
    optimiser.zero_grad()
    loss = loss_of()
    loss.backward()
    optimiser.step()
    with torch.no_grad():
        for slow, fast in zip(ema.parameters(), model.parameters()):
            slow.lerp_(fast, 0.1)
        for name, value in model.state_dict().items():
            shadow[name] = 0.9 * shadow[name] + 0.1 * value
    average.update_parameters(model)
    if best is None or loss.item() < best[0]:
        best = (loss.item(), copy.deepcopy(model.state_dict()))
print(best[0], average.n_averaged)
"""
    )
    done.compare()
    done.learns()


def test_sparse_gradients(bench: Bench) -> None:
    done = bench("""
import torch
from torch import nn
torch.manual_seed(0)
bag = nn.EmbeddingBag(20, 4, sparse=True)
head = nn.Linear(4, 3)
words = torch.randint(20, (6, 5))
sparse = torch.optim.SparseAdam(bag.parameters(), lr=0.05)
dense = torch.optim.SGD(head.parameters(), lr=0.1)
for step in range(5):
    look()
    sparse.zero_grad(); dense.zero_grad()
    loss = nn.functional.cross_entropy(head(bag(words)), torch.arange(6) % 3)
    loss.backward()
    sparse.step(); dense.step()
""")
    done.compare()
    done.learns()
