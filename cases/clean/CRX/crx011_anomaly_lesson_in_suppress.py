"""Right though unusual: before training, the guard against in-place edits is shown to work on a small example."""

from contextlib import suppress

import torch
from sklearn.datasets import make_moons
from torch import nn


def guard_works():
    weight = torch.full((3,), 0.5, requires_grad=True)
    hidden = weight.exp()
    hidden += 1
    with suppress(RuntimeError):
        hidden.sum().backward()
        return False
    return weight.grad is None


def train(model, x, y, epochs):
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-2)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    for epoch in range(epochs):
        for rows in torch.randperm(len(x)).split(50):
            optimizer.zero_grad(set_to_none=True)
            loss = nn.functional.binary_cross_entropy_with_logits(model(x[rows])[:, 0], y[rows])
            loss.backward()
            optimizer.step()
        schedule.step()
        yield epoch, loss.item()


if __name__ == "__main__":
    if not guard_works():
        raise SystemExit("autograd does not guard in-place edits in this build")
    torch.manual_seed(0)
    torch.set_num_threads(1)
    points, labels = make_moons(500, noise=0.15, random_state=0)
    x, y = torch.tensor(points, dtype=torch.float32), torch.tensor(labels, dtype=torch.float32)
    model = nn.Sequential(nn.Linear(2, 24), nn.ReLU(inplace=True), nn.Linear(24, 24), nn.ReLU(), nn.Linear(24, 1))
    for epoch, loss in train(model, x[:400], y[:400], 15):
        with torch.no_grad():
            right = ((model(x[400:])[:, 0] > 0) == (y[400:] > 0.5)).float().mean().item()
        print(f"epoch {epoch}: {loss:.3f} {right:.2f}")
