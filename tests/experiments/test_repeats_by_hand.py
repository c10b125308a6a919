"""Updates without an optimiser of torch's: in place, by rebinding, through ``.data``; with moments of their own."""

from __future__ import annotations

import pytest

from tests.experiments.conftest import Bench

START = """
import torch
torch.manual_seed(0)
x = torch.randn(20, 5)
y = (x @ torch.randn(5, 1)).tanh()
w = torch.zeros(5, 1, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
lr = 0.1
"""

LOOP = """
for step in range(5):
    look()
    loss = ((x @ w + b - y) ** 2).mean()
    {backward}
    {update}
"""

UPDATES = {
    "in place": """
    with torch.no_grad():
        w -= lr * w.grad
        b -= lr * b.grad
        w.grad.zero_()
        b.grad = None""",
    "through .data": """
    for p in (w, b):
        p.data.sub_(lr * p.grad.data)
        p.grad.data.zero_()""",
    ".data exchanged": """
    for p in (w, b):
        p.data = p.data - lr * p.grad
        p.grad = None""",
    "rebinding, new leaves": """
    w = (w - lr * w.grad).detach().requires_grad_()
    b = (b - lr * b.grad).detach().requires_grad_(True)""",
}


@pytest.mark.parametrize("update", UPDATES.values(), ids=UPDATES)
@pytest.mark.parametrize("inside", ["a function", "the module"])
def test_plain_descent(bench: Bench, update: str, inside: str) -> None:
    loop = LOOP.format(backward="loss.backward()", update=update)
    if inside == "a function":
        loop = "def train(w, b):" + loop.replace("\n", "\n    ") + "\n    return w\nw = train(w, b)"
    done = bench(START + loop)
    done.compare()
    done.learns()


def test_accumulation(bench: Bench) -> None:
    done = bench(
        START
        + """
for i in range(12):
    look()
    rows = slice(5 * (i % 4), 5 * (i % 4) + 5)
    loss = ((x[rows] @ w + b - y[rows]) ** 2).mean() / 2
    loss.backward()
    if i % 2:
        with torch.no_grad():
            for p in (w, b):
                p -= lr * p.grad
                p.grad = None
"""
    )
    done.compare()
    done.learns()
    assert done.setting is not None and len(done.setting.window.items) == 2


MOMENTS = {
    "a list, rebound in place": """
m, v, count = [torch.zeros_like(p) for p in (w, b)], [torch.zeros_like(p) for p in (w, b)], 0
for step in range(5):
    look()
    loss = ((x @ w + b - y) ** 2).mean()
    loss.backward()
    count += 1
    with torch.no_grad():
        for i, p in enumerate((w, b)):
            m[i] = 0.9 * m[i] + 0.1 * p.grad
            v[i] = 0.999 * v[i] + 0.001 * p.grad ** 2
            p -= lr * (m[i] / (1 - 0.9 ** count)) / ((v[i] / (1 - 0.999 ** count)).sqrt() + 1e-8)
            p.grad = None
""",
    "a class with a count": """
class Adam:
    def __init__(self, parameters):
        self.parameters = list(parameters)
        self.m = [torch.zeros_like(p) for p in self.parameters]
        self.v = [torch.zeros_like(p) for p in self.parameters]
        self.count = 0
    @torch.no_grad()
    def step(self):
        self.count += 1
        for p, m, v in zip(self.parameters, self.m, self.v):
            m.mul_(0.9).add_(0.1 * p.grad)
            v.mul_(0.999).add_(0.001 * p.grad ** 2)
            p.sub_(lr * (m / (1 - 0.9 ** self.count)) / ((v / (1 - 0.999 ** self.count)).sqrt() + 1e-8))
    def zero_grad(self):
        for p in self.parameters:
            p.grad = None
adam = Adam([w, b])
for step in range(5):
    look()
    adam.zero_grad()
    loss = ((x @ w + b - y) ** 2).mean()
    loss.backward()
    adam.step()
print(adam.count)
""",
    "slots and a dictionary": """
class Momentum:
    __slots__ = ("velocity", "calls")
    def __init__(self):
        self.velocity, self.calls = {}, 0
    def step(self, named):
        self.calls += 1
        for name, p in named.items():
            old = self.velocity.get(name, torch.zeros_like(p))
            self.velocity[name] = 0.5 * old + p.grad
            p.data -= lr * self.velocity[name]
            p.grad = None
momentum = Momentum()
for step in range(5):
    look()
    loss = ((x @ w + b - y) ** 2).mean()
    loss.backward()
    momentum.step({"w": w, "b": b})
print(momentum.calls)
""",
}


@pytest.mark.parametrize("program", MOMENTS.values(), ids=MOMENTS)
def test_moments(bench: Bench, program: str) -> None:
    done = bench(START.replace("0.1", "0.02") + program)
    done.compare()
    done.learns()


def test_an_optimiser_class_of_the_users(bench: Bench) -> None:
    done = bench(
        START
        + """
class Lion(torch.optim.Optimizer):
    def __init__(self, parameters):
        super().__init__(parameters, {"lr": 0.02})
    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                state = self.state[p]
                if not state:
                    state["m"], state["history"] = torch.zeros_like(p), []
                p.sub_(group["lr"] * (0.9 * state["m"] + 0.1 * p.grad).sign())
                state["m"].lerp_(p.grad, 0.01)
                state["history"].append(p.grad.norm().item())
lion = Lion([w, b])
for step in range(5):
    look()
    lion.zero_grad()
    loss = ((x @ w + b - y) ** 2).mean()
    loss.backward()
    lion.step()
"""
    )
    done.compare()
    done.learns()


def test_weights_in_a_dictionary_that_is_rebound(bench: Bench) -> None:
    done = bench(
        START
        + """
weights = {"w": w, "b": b}
for step in range(5):
    look()
    loss = ((x @ weights["w"] + weights["b"] - y) ** 2).mean()
    loss.backward()
    weights = {name: (p - lr * p.grad).detach().requires_grad_() for name, p in weights.items()}
"""
    )
    done.compare()
    done.learns()
