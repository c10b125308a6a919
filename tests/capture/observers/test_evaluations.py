from __future__ import annotations

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from trialrun.evidence.program import FUNCTIONAL_DROPOUT


def _net(p: float = 0.5) -> nn.Module:
    return nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6), nn.ReLU(), nn.Dropout(p), nn.Linear(6, 3))


def _train(conductor: Any, model: nn.Module, steps: int = 3) -> None:
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in conductor.training(range(steps)):
        optimiser.zero_grad()
        F.cross_entropy(model(torch.randn(8, 4)), torch.randint(0, 3, (8,))).backward()
        optimiser.step()


def _evaluated(watched: Any, evaluate: Any) -> Any:
    """Evaluation records of ``evaluate(conductor, model, data, labels)`` after three training steps."""

    def program(conductor: Any) -> Any:
        model = _net()
        _train(conductor, model)
        return evaluate(conductor, model, torch.randn(8, 4), torch.randint(0, 3, (8,)))

    return watched(program).evidence.evaluation


def test_train_mode_under_no_grad(watched: Any) -> None:
    def evaluate(conductor: Any, model: nn.Module, data: torch.Tensor, labels: torch.Tensor) -> None:
        with torch.no_grad():
            for index in conductor.evaluation(range(3)):
                F.cross_entropy(model(data + index), labels)

    (record,) = _evaluated(watched, evaluate)
    assert record.calls == 3
    assert not record.grad_enabled
    assert not record.in_training_loop
    assert record.root == "Sequential"
    assert record.root_training
    assert [(m.name, m.cls, m.detail) for m in record.train_mode_modules] == [
        ("1", "BatchNorm1d", "momentum=0.1"),
        ("3", "Dropout", "p=0.5"),
    ]
    assert record.metric == "cross_entropy"
    assert record.metric_where is not None
    assert not record.repeated_input
    assert not record.input_seen_in_training
    assert record.loop is not None
    assert record.where.function == "evaluate"


def test_eval_mode_has_no_train_mode_modules(watched: Any) -> None:
    def evaluate(conductor: Any, model: nn.Module, data: torch.Tensor, labels: torch.Tensor) -> None:
        model.eval()
        with torch.inference_mode():
            (model(data).argmax(1) == labels).float().mean().item()

    (record,) = _evaluated(watched, evaluate)
    assert record.train_mode_modules == ()
    assert not record.root_training
    assert record.metric == "eq"


@pytest.mark.parametrize(
    ("metric", "name"),
    [
        (lambda out, y: out.argmax(1).eq(y.view_as(out.argmax(1))).sum().item(), "eq"),
        (lambda out, y: (out.max(1)[1] == y).float().mean(), "eq"),
        (lambda out, y: torch.eq(out.topk(1).indices.squeeze(1), y).sum(), "eq"),
        (lambda out, y: (out[:, 0] - y).abs().mean().item(), "sub"),
        (lambda out, y: F.nll_loss(F.log_softmax(out, 1), y, reduction="sum").item(), "nll_loss"),
        (lambda out, y: nn.CrossEntropyLoss()(out, y).item(), "cross_entropy"),
        (lambda out, y: out.softmax(1).mean().item(), ""),
        (lambda out, y: out.argmax(1).tolist(), ""),
        (lambda out, y: (out > 0.5).sum(), ""),
    ],
)
def test_metrics(watched: Any, metric: Any, name: str) -> None:
    def evaluate(conductor: Any, model: nn.Module, data: torch.Tensor, labels: torch.Tensor) -> None:
        with torch.no_grad():
            metric(model(data), labels)

    (record,) = _evaluated(watched, evaluate)
    assert record.metric == name
    assert (record.metric_where is None) == (not name)


def test_evaluation_with_gradients_is_found_at_the_end(watched: Any) -> None:
    def evaluate(conductor: Any, model: nn.Module, data: torch.Tensor, labels: torch.Tensor) -> None:
        model.eval()
        F.cross_entropy(model(data), labels).item()

    (record,) = _evaluated(watched, evaluate)
    assert record.grad_enabled
    assert record.metric == "cross_entropy"


def test_mc_dropout_repeats_its_input(watched: Any) -> None:
    def evaluate(conductor: Any, model: nn.Module, data: torch.Tensor, labels: torch.Tensor) -> None:
        with torch.no_grad():
            torch.stack([model(data) for _ in range(4)]).mean(0)

    (record,) = _evaluated(watched, evaluate)
    assert record.repeated_input
    assert record.calls == 4


def test_samples_repeated_within_a_batch(watched: Any) -> None:
    def evaluate(conductor: Any, model: nn.Module, data: torch.Tensor, labels: torch.Tensor) -> None:
        with torch.no_grad():
            model(data.repeat(5, 1)).view(5, 8, 3).mean(0)

    assert _evaluated(watched, evaluate)[0].repeated_input


def test_the_same_set_in_each_epoch_is_no_repeat(watched: Any) -> None:
    def program(conductor: Any) -> None:
        model, data = _net(), torch.randn(8, 4)
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        for _ in range(3):
            model.train()
            for _ in conductor.training(range(2)):
                optimiser.zero_grad()
                model(torch.randn(8, 4)).mean().backward()
                optimiser.step()
            model.eval()
            with torch.no_grad():
                model(data)

    (record,) = watched(program).evidence.evaluation
    assert record.calls == 3
    assert not record.repeated_input


def test_the_training_batch_again(watched: Any) -> None:
    def program(conductor: Any) -> None:
        model = _net()
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        for data in conductor.training([torch.randn(8, 4) for _ in range(3)]):
            labels = torch.zeros(8, dtype=torch.long)
            optimiser.zero_grad()
            F.cross_entropy(model(data), labels).backward()
            optimiser.step()
            with torch.no_grad():
                (model(data).argmax(1) == labels).sum()

    (record,) = watched(program).evidence.evaluation
    assert record.input_seen_in_training
    assert record.in_training_loop


def test_of_the_calls_of_a_line_one_on_other_data_than_is_trained_on_is_told(watched: Any) -> None:
    def program(conductor: Any) -> None:
        model, data, labels = _net(), torch.randn(8, 4), torch.zeros(8, dtype=torch.long)
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        for _ in conductor.training(range(3)):
            optimiser.zero_grad()
            F.cross_entropy(model(data), labels).backward()
            optimiser.step()
        with torch.no_grad():
            for inputs in (data, torch.randn(8, 4), data):
                (model(inputs).argmax(1) == labels).sum()

    (record,) = watched(program).evidence.evaluation
    assert record.calls == 3
    assert not record.input_seen_in_training


def _frozen_features(conductor: Any) -> None:
    body, head = _net(), nn.Linear(3, 2)
    optimiser = torch.optim.SGD(head.parameters(), lr=0.1)
    for _ in conductor.training(range(3)):
        with torch.no_grad():
            features = body(torch.randn(8, 4))
        optimiser.zero_grad()
        F.cross_entropy(head(features), torch.zeros(8, dtype=torch.long)).backward()
        optimiser.step()


def _gan(conductor: Any) -> None:
    generator, critic = _net(), nn.Linear(3, 1)
    of_generator = torch.optim.SGD(generator.parameters(), lr=0.1)
    of_critic = torch.optim.SGD(critic.parameters(), lr=0.1)
    for _ in conductor.training(range(4)):
        fake = generator(torch.randn(8, 4))
        of_critic.zero_grad()
        critic(fake.detach()).mean().backward()
        of_critic.step()
        of_generator.zero_grad()
        critic(fake).mean().backward()
        of_generator.step()


def _policy_gradient(conductor: Any) -> None:
    policy = _net(0.0).eval()
    optimiser = torch.optim.SGD(policy.parameters(), lr=0.1)
    for _ in conductor.training(range(4)):
        kept = []
        for _ in range(5):
            choice = torch.distributions.Categorical(logits=policy(torch.randn(1, 4)))
            kept.append(choice.log_prob(choice.sample()))
        optimiser.zero_grad()
        (-torch.stack(kept).sum()).backward()
        optimiser.step()


def _distillation(conductor: Any) -> None:
    teacher, student = _net(), _net()
    optimiser = torch.optim.SGD(student.parameters(), lr=0.1)
    for _ in conductor.training(range(4)):
        data = torch.randn(8, 4)
        with torch.no_grad():
            wanted = teacher(data).softmax(1)
        optimiser.zero_grad()
        F.kl_div(student(data).log_softmax(1), wanted, reduction="batchmean").backward()
        optimiser.step()


def _recurrent_steps(conductor: Any) -> None:
    cell = nn.GRUCell(4, 4)
    optimiser = torch.optim.SGD(cell.parameters(), lr=0.1)
    for _ in conductor.training(range(4)):
        state = torch.zeros(2, 4)
        for _ in range(5):
            state = cell(torch.randn(2, 4), state)
        optimiser.zero_grad()
        state.pow(2).mean().backward()
        optimiser.step()


@pytest.mark.parametrize(
    "train", [_frozen_features, _gan, _policy_gradient, _distillation, _recurrent_steps], ids=lambda f: f.__name__
)
def test_calls_that_lead_to_a_trained_loss_are_none(watched: Any, train: Any) -> None:
    assert watched(train).evidence.evaluation == ()


def test_after_the_hooked_steps_evaluation_is_still_seen(watched: Any) -> None:
    def program(conductor: Any) -> None:
        model = _net()
        _train(conductor, model, steps=6)
        with torch.no_grad():
            F.cross_entropy(model(torch.randn(8, 4)), torch.zeros(8, dtype=torch.long))

    (record,) = watched(program, 2).evidence.evaluation
    assert record.metric == "cross_entropy"
    assert len(record.train_mode_modules) == 2


@pytest.mark.parametrize(
    ("layer", "found"),
    [
        (nn.LSTM(4, 3, num_layers=2, dropout=0.2), [("LSTM", "LSTM", "dropout=0.2")]),
        (nn.GRU(4, 3, dropout=0.0, num_layers=2), []),
        (nn.Dropout(0.3), [("Dropout", "Dropout", "p=0.3")]),
    ],
    ids=str,
)
def test_layers_that_drop(watched: Any, layer: nn.Module, found: list[tuple[str, str, str]]) -> None:
    assert _modules(watched, lambda _, x: layer(x), layer) == found


@pytest.mark.parametrize(
    ("drop", "found"),
    [
        (lambda module, x: F.dropout(x, 0.4, module.training), [("dropout", FUNCTIONAL_DROPOUT, "p=0.4")]),
        (lambda module, x: F.dropout1d(x, training=True), [("dropout1d", FUNCTIONAL_DROPOUT, "p=0.5")]),
        (lambda module, x: torch.dropout(x, 0.2, train=False), []),
        (lambda module, x: F.dropout(x, p=0.0), []),
    ],
)
def test_functional_dropout(watched: Any, drop: Any, found: list[tuple[str, str, str]]) -> None:
    assert _modules(watched, drop) == found


def _modules(watched: Any, forward: Any, layer: nn.Module | None = None) -> list[tuple[str, str, str]]:
    """What ran in train mode when a model that computes ``forward`` was evaluated so."""

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first = nn.Linear(4, 4)
            self.layer = layer

        def forward(self, data: torch.Tensor) -> Any:
            return forward(self, self.first(data))

    def program(conductor: Any) -> None:
        model = Net()
        with torch.no_grad():
            model(torch.randn(2, 4))

    (record,) = watched(program).evidence.evaluation
    return [(m.name if m.name != "layer" else m.cls, m.cls, m.detail) for m in record.train_mode_modules]
