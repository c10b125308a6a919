"""Trains one of several small models for 50 updates and prints every loss and the digest of all that is left.

python train.py mlp|cnn|lstm|attention|gan|lbfgs|by_hand|mixed
"""

import hashlib
import random
import sys

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

STEPS = 50


def absorb(digest, value) -> None:
    """Add a value to the digest, tensors with their dtype, shape, strides and bytes."""
    if isinstance(value, torch.Tensor):
        digest.update(f"{value.dtype} {tuple(value.shape)} {value.stride()}".encode())
        digest.update(
            value.detach().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes() if value.numel() else b""
        )
    elif isinstance(value, dict):
        for key in value:
            digest.update(repr(key).encode())
            absorb(digest, value[key])
    elif isinstance(value, (list, tuple)):
        for item in value:
            absorb(digest, item)
    else:
        digest.update(repr(value).encode())


def report(tensors, optimizers=()) -> None:
    """Print the digests of weights, gradients, optimiser state and every global random stream."""
    parts = {
        "weights": tensors,
        "gradients": {name: tensor.grad for name, tensor in tensors.items()},
        "optimisers": [optimizer.state_dict() for optimizer in optimizers],
        "random": [torch.get_rng_state(), np.random.get_state()[1].tolist(), random.getstate()],
    }
    for name, part in parts.items():
        digest = hashlib.sha256()
        absorb(digest, part)
        print(name, digest.hexdigest())


def state(*models):
    """Parameters and buffers of several models, by name."""
    named = {}
    for index, model in enumerate(models):
        named |= {f"{index}.{name}": tensor for name, tensor in [*model.named_parameters(), *model.named_buffers()]}
        named |= {f"{index}.{name}.training": torch.tensor(module.training) for name, module in model.named_modules()}
    return named


def batches(*tensors, size=16):
    """A shuffled loader, again and again."""
    while True:
        yield from DataLoader(TensorDataset(*tensors), batch_size=size, shuffle=True)


def mlp() -> None:
    model = nn.Sequential(nn.Linear(20, 64), nn.BatchNorm1d(64), nn.ReLU(), nn.Dropout(0.3), nn.Linear(64, 5))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2, weight_decay=1e-3)
    loader = DataLoader(TensorDataset(torch.randn(400, 20), torch.randint(5, (400,))), batch_size=16, shuffle=True)
    for _epoch in range(2):
        model.train()
        for x, y in loader:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            print(loss.item())
        model.eval()
        with torch.no_grad():
            print(sum(F.cross_entropy(model(x), y).item() for x, y in loader))
    report(state(model), [optimizer])


def cnn() -> None:
    model = nn.Sequential(
        nn.Conv2d(3, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(inplace=True), nn.Conv2d(16, 16, 3, stride=2),
        nn.ReLU(inplace=True), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.1), nn.Linear(16, 4),
    ).to(memory_format=torch.channels_last)  # fmt: skip
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, nesterov=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.1, total_steps=STEPS)
    source = batches(torch.randn(100, 3, 16, 16), torch.randint(4, (100,)))
    for _step in range(STEPS):
        x, y = next(source)
        x = x.to(memory_format=torch.channels_last)
        if np.random.rand() < 0.5:
            x = x.flip(3)
        optimizer.zero_grad(set_to_none=False)
        loss = F.cross_entropy(model(x), y, label_smoothing=0.1)
        loss.backward()
        optimizer.step()
        schedule.step()
        print(loss.item())
    report(state(model), [optimizer])


def lstm() -> None:
    embedding, rnn, head = nn.Embedding(30, 16), nn.LSTM(16, 32, 2, dropout=0.2), nn.Linear(32, 30)
    parameters = [*embedding.parameters(), *rnn.parameters(), *head.parameters()]
    optimizer = torch.optim.RMSprop(parameters, lr=1e-3)
    text = torch.randint(30, (STEPS * 12 + 1, 8))
    hidden = None
    for step in range(STEPS):
        x, y = text[step * 12 : step * 12 + 12], text[step * 12 + 1 : step * 12 + 13]
        output, hidden = rnn(embedding(x), hidden)
        hidden = tuple(part.detach() for part in hidden)
        loss = F.cross_entropy(head(output).flatten(0, 1), y.flatten())
        optimizer.zero_grad()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(parameters, 0.25)
        optimizer.step()
        print(loss.item(), norm.item())
    report(state(embedding, rnn, head), [optimizer])


def attention() -> None:
    layer = nn.TransformerEncoderLayer(32, 4, 64, dropout=0.1, batch_first=True)
    model = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    for step in range(STEPS):
        for part in range(3):
            x = torch.randn(4, 10, 32)
            loss = F.mse_loss(model(x), x.roll(1, dims=1)) / 3
            loss.backward()
            print(step, part, loss.item())
        optimizer.step()
        optimizer.zero_grad()
    report(state(model), [optimizer])


def gan() -> None:
    generator, critic = nn.Linear(4, 2), nn.Sequential(nn.Linear(2, 16), nn.LeakyReLU(0.2), nn.Linear(16, 1))
    optimizers = [torch.optim.Adam(model.parameters(), lr=1e-2, betas=(0.5, 0.9)) for model in (generator, critic)]
    for _step in range(STEPS // 2):
        real, fake = torch.randn(32, 2) + random.gauss(2, 0.1), generator(torch.randn(32, 4))
        optimizers[1].zero_grad()
        loss_critic = F.softplus(-critic(real)).mean() + F.softplus(critic(fake.detach())).mean()
        loss_critic.backward()
        optimizers[1].step()
        optimizers[0].zero_grad()
        loss_generator = F.softplus(-critic(fake)).mean()
        loss_generator.backward()
        optimizers[0].step()
        print(loss_critic.item(), loss_generator.item())
    report(state(generator, critic), optimizers)


def lbfgs() -> None:
    model = nn.Sequential(nn.Linear(6, 12), nn.Tanh(), nn.Linear(12, 1)).double()
    x = torch.randn(200, 6, dtype=torch.float64)
    y = x.prod(dim=1, keepdim=True)
    optimizer = torch.optim.LBFGS(model.parameters(), lr=0.5, max_iter=4, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        loss = F.mse_loss(model(x), y)
        loss.backward()
        return loss

    for _step in range(STEPS):
        print(optimizer.step(closure).item())
    report(state(model), [optimizer])


def by_hand() -> None:
    weight, bias = torch.randn(8, 3, requires_grad=True), torch.zeros(3, requires_grad=True)
    source = batches(torch.randn(90, 8), torch.randint(3, (90,)))
    for x, y in source:
        loss = F.cross_entropy(x @ weight + bias, y)
        loss.backward()
        for tensor in (weight, bias):
            tensor.data.add_(tensor.grad, alpha=-0.1)
            tensor.grad.zero_()
        print(loss.item())
        by_hand.steps += 1
        if by_hand.steps == STEPS:
            break
    report({"weight": weight, "bias": bias})


by_hand.steps = 0


def mixed() -> None:
    model = nn.Sequential(nn.Linear(16, 64), nn.LayerNorm(64), nn.GELU(), nn.Linear(64, 16))
    average = torch.optim.swa_utils.AveragedModel(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    for step in range(STEPS):
        x = torch.randn(32, 16)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = F.smooth_l1_loss(model(x).float(), x.sort(dim=1).values)
        gradients = torch.autograd.grad(loss, list(model.parameters()))
        for parameter, gradient in zip(model.parameters(), gradients, strict=True):
            parameter.grad = gradient
        optimizer.step()
        if step % 5 == 0:
            average.update_parameters(model)
        print(loss.item())
    report(state(model, average), [optimizer])


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.manual_seed(0)
    np.random.seed(0)
    random.seed(0)
    PROGRAMS = {f.__name__: f for f in (mlp, cnn, lstm, attention, gan, lbfgs, by_hand, mixed)}
    PROGRAMS[sys.argv[1]]()
    print("done", sys.argv[1])
