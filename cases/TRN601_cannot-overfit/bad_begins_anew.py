"""Handwritten digits, a small residual network with weights drawn as its authors like them."""

import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn


class Residual(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.inside = nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, width))

    def forward(self, x):
        return torch.relu(x + self.inside(x))


def draw(module):
    if isinstance(module, nn.Linear):
        nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
        nn.init.zeros_(module.bias)


def prepare(model):
    model.apply(draw)
    return model.train()


def update(model, optimizer, x, y):
    model = prepare(model)
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
    return loss.item()


def main():
    torch.manual_seed(1)
    data = load_digits()
    x = torch.tensor(data.data, dtype=torch.float32) / 8 - 1
    y = torch.tensor(data.target)
    x, x_test, y, y_test = train_test_split(x, y, test_size=300, random_state=0)
    model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), Residual(32), nn.Linear(32, 10))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
    for epoch in range(5):
        losses = []
        for rows in torch.randperm(len(x)).split(48):  # expect: TRN601
            losses.append(update(model, optimizer, x[rows], y[rows]))
        model.eval()
        with torch.no_grad():
            right = (model(x_test).argmax(1) == y_test).float().mean().item()
        print(f"epoch {epoch}: {sum(losses) / len(losses):.3f}, right {right:.3f}")


main()
