"""A linear probe on a frozen body; the head is part of the body."""

import torch
from torch import nn


def pretrained():
    return nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 2))


class Probe:
    def __init__(self):
        self.net = pretrained()
        for weight in self.net.parameters():
            weight.requires_grad = False
        net = self.net
        self.opt = torch.optim.Adam(filter(lambda p: p.requires_grad, net.parameters()), 1e-2)  # expect: CRX015

    def run(self, x, y):
        for xb, yb in zip(x.split(20), y.split(20)):
            loss = nn.functional.cross_entropy(self.net(xb), yb)
            self.opt.zero_grad()
            loss.backward()
            self.opt.step()


torch.manual_seed(0)
x = torch.randn(200, 10)
Probe().run(x, (x[:, 0] > 0).long())
