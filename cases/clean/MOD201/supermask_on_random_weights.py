"""Right though unusual: a supermask (Ramanujan et al., 2020); random layers in a list stay as drawn, their on-off
scores learn.
"""

import itertools

import torch
import torch.nn.functional as F
from torch import nn, optim
from torch.utils.data import DataLoader, TensorDataset


class TopHalf(torch.autograd.Function):
    @staticmethod
    def forward(ctx, scores):
        return (scores >= scores.flatten().median()).to(scores.dtype)

    @staticmethod
    def backward(ctx, grad):
        return grad


class Supermask(nn.Module):
    def __init__(self, *sizes):
        super().__init__()
        self.random = [nn.Linear(a, b, bias=False) for a, b in itertools.pairwise(sizes)]
        self.scores = nn.ParameterList([nn.Parameter(0.01 * torch.randn_like(m.weight)) for m in self.random])

    def forward(self, h):
        for i, (layer, scores) in enumerate(zip(self.random, self.scores, strict=False)):
            chosen = TopHalf.apply(scores)
            if i + 1 < len(self.random):
                h = F.relu(F.linear(h, layer.weight * chosen) * 2)
            else:
                h = layer(h * chosen.mean(0) * 2) * 3
        return h


def run():
    torch.manual_seed(1)
    torch.set_num_threads(1)
    x = torch.randn(1000, 10)
    y = (x[:, 0] + x[:, 1] > 0).long() + (x[:, 2] > 0.5).long()
    loader = DataLoader(TensorDataset(x[:800], y[:800]), batch_size=40, shuffle=True)
    net = Supermask(10, 96, 96, 3)
    optimizer = optim.SGD(net.parameters(), lr=0.5, momentum=0.9)
    for epoch in range(8):
        for inputs, labels in loader:
            optimizer.zero_grad()
            loss = F.cross_entropy(net(inputs), labels)
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            accuracy = (net(x[800:]).argmax(1) == y[800:]).float().mean().item()
        print(f"epoch {epoch} loss {loss.item():.3f} accuracy {accuracy:.3f}")


run()
