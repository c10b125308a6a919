"""Training programs whose every result must be the same with and without capture. Each returns all it computed."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

STEPS = 50


def _results(*parts: Any) -> list[Any]:
    """Copies, so that nothing is compared with itself."""
    return [copy.deepcopy(part.state_dict() if hasattr(part, "state_dict") else part) for part in parts]


def mlp_adam_dropout(loop: Callable[..., Any]) -> list[Any]:
    model = nn.Sequential(nn.Linear(10, 16), nn.ReLU(), nn.Dropout(0.3), nn.Linear(16, 3))
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-2, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 1e-1, total_steps=STEPS)
    losses = []
    for _ in loop(range(STEPS)):
        optimiser.zero_grad()
        loss = F.cross_entropy(model(torch.randn(8, 10)), torch.randint(0, 3, (8,)))
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        losses.append(loss.item())
    return _results(model, optimiser, losses)


def cnn_batchnorm_momentum(loop: Callable[..., Any]) -> list[Any]:
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(inplace=True), nn.Flatten(), nn.Linear(144, 5))
    model = model.to(memory_format=torch.channels_last)
    optimiser = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, nesterov=True)
    data = torch.utils.data.TensorDataset(torch.randn(40, 1, 8, 8), torch.randint(0, 5, (40,)))
    accuracies = []
    for _ in range(STEPS // 10):
        model.train()
        for images, labels in loop(torch.utils.data.DataLoader(data, batch_size=4, shuffle=True)):
            optimiser.zero_grad(set_to_none=False)
            F.nll_loss(F.log_softmax(model(images), 1), labels).backward()
            optimiser.step()
        model.eval()
        with torch.no_grad():
            out = model(data.tensors[0])
            accuracies.append((out.argmax(1).eq(data.tensors[1].view_as(out.argmax(1)))).float().mean().item())
    strides = [p.grad.stride() for p in model.parameters() if p.grad is not None]
    return _results(model, optimiser, accuracies, strides)


def lbfgs_closure(loop: Callable[..., Any]) -> list[Any]:
    model = nn.Linear(4, 1)
    data, target = torch.randn(20, 4), torch.randn(20, 1)
    optimiser = torch.optim.LBFGS(model.parameters(), max_iter=5, history_size=4)
    losses = []
    for _ in loop(range(10)):

        def closure() -> torch.Tensor:
            optimiser.zero_grad()
            loss = F.mse_loss(model(data), target)
            loss.backward()
            return loss

        losses.append(float(optimiser.step(closure)))
    return _results(model, optimiser, losses)


def hand_written(loop: Callable[..., Any]) -> list[Any]:
    weight = torch.randn(4, 1, requires_grad=True)
    bias = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in loop(range(STEPS)):
        data = torch.randn(16, 4)
        loss = ((data @ weight + bias - data.sum(1, keepdim=True)) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            for leaf in (weight, bias):
                leaf -= 0.05 * leaf.grad  # type: ignore[operator]
                leaf.grad.zero_()  # type: ignore[union-attr]
        losses.append(loss.item())
    return _results(weight.detach(), bias.detach(), losses, weight.grad)


def functional_gradients(loop: Callable[..., Any]) -> list[Any]:
    model = nn.Linear(5, 2)
    for _ in loop(range(STEPS)):
        loss = model(torch.randn(6, 5)).pow(2).mean()
        gradients = torch.autograd.grad(loss, list(model.parameters()), create_graph=True)
        with torch.no_grad():
            for leaf, gradient in zip(model.parameters(), gradients, strict=True):
                leaf.data -= 0.1 * gradient
    return _results(model)


def scaler_autocast(loop: Callable[..., Any]) -> list[Any]:
    model = nn.Sequential(nn.Linear(8, 16), nn.GELU(), nn.LayerNorm(16), nn.Linear(16, 1))
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3)
    scaler = torch.amp.GradScaler("cpu", init_scale=2.0**127)  # its first steps overflow and are skipped
    for _ in loop(range(STEPS)):
        optimiser.zero_grad()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = F.mse_loss(model(torch.randn(8, 8)).float(), torch.randn(8, 1))
        scaler.scale(loss).backward()
        scaler.unscale_(optimiser)
        scaler.step(optimiser)
        scaler.update()
    return _results(model, optimiser, scaler)


def accumulation(loop: Callable[..., Any]) -> list[Any]:
    model = nn.Sequential(nn.Embedding(20, 8, sparse=True), nn.Flatten(), nn.Linear(24, 4))
    sparse = torch.optim.SparseAdam(list(model[0].parameters()))
    dense = torch.optim.RMSprop(model[2].parameters())
    for index in loop(range(STEPS)):
        F.cross_entropy(model(torch.randint(0, 20, (4, 3))), torch.randint(0, 4, (4,)), label_smoothing=0.1).backward()
        if (index + 1) % 4 == 0:
            sparse.step()
            dense.step()
            sparse.zero_grad()
            dense.zero_grad()
    return _results(model, sparse, dense)


def recurrent_and_attention(loop: Callable[..., Any]) -> list[Any]:
    encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16, batch_first=True), 2)
    network = nn.LSTM(8, 8, 2, batch_first=True, dropout=0.2)
    optimiser = torch.optim.Adam([*encoder.parameters(), *network.parameters()])
    state, outputs = None, []
    for _ in loop(range(10)):
        data = torch.randn(3, 6, 8)
        out, state = network(encoder(data), state)
        state = tuple(part.detach() for part in state)
        optimiser.zero_grad()
        out.pow(2).mean().backward()
        optimiser.step()
        encoder.eval()
        with torch.no_grad():
            outputs.append(encoder(data))  # the fused path of evaluation differs in the last bits
        with torch.inference_mode():
            outputs.append(network.eval()(data)[0].clone())
        encoder.train()
        network.train()
    return _results(encoder, network, optimiser, outputs)


def checkpointed(loop: Callable[..., Any]) -> list[Any]:
    from torch.utils.checkpoint import checkpoint

    first = nn.Sequential(nn.Linear(6, 6), nn.Tanh(), nn.Dropout(0.5))
    last = nn.Linear(6, 1)
    optimiser = torch.optim.Adagrad([*first.parameters(), *last.parameters()])
    for step in loop(range(STEPS)):
        optimiser.zero_grad()
        data = torch.randn(5, 6, requires_grad=True)
        last(checkpoint(first, data, use_reentrant=bool(step % 2))).square().mean().backward()
        optimiser.step()
    return _results(first, last, optimiser)


def second_order(loop: Callable[..., Any]) -> list[Any]:
    critic = nn.Sequential(nn.Linear(4, 8), nn.Softplus(), nn.Linear(8, 1))
    optimiser = torch.optim.Adam(critic.parameters(), betas=(0.0, 0.9))
    for _ in loop(range(STEPS)):
        data = torch.randn(6, 4, requires_grad=True)
        score = critic(data)
        (slope,) = torch.autograd.grad(score.sum(), data, create_graph=True)
        optimiser.zero_grad()
        (score.mean() + ((slope.norm(dim=1) - 1) ** 2).mean()).backward()
        optimiser.step()
    return _results(critic, optimiser)


PROGRAMS = [
    mlp_adam_dropout,
    cnn_batchnorm_momentum,
    lbfgs_closure,
    hand_written,
    functional_gradients,
    scaler_autocast,
    accumulation,
    recurrent_and_attention,
    checkpointed,
    second_order,
]
