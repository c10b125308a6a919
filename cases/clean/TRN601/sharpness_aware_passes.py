"""Sharpness-aware minimisation written by hand: two passes a step."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class SAM(torch.optim.Optimizer):
    def __init__(self, params, base, rho=0.05, **kw):
        super().__init__(params, dict(rho=rho, **kw))
        self.base = base(self.param_groups, **kw)
        self.param_groups = self.base.param_groups

    @torch.no_grad()
    def first_step(self):
        norm = torch.norm(torch.stack([p.grad.norm() for g in self.param_groups for p in g["params"]]))
        for g in self.param_groups:
            for p in g["params"]:
                e = p.grad * (g["rho"] / (norm + 1e-12))
                p.add_(e)
                self.state[p]["e"] = e
        self.zero_grad()

    @torch.no_grad()
    def second_step(self):
        for g in self.param_groups:
            for p in g["params"]:
                p.sub_(self.state[p]["e"])
        self.base.step()
        self.zero_grad()

    def step(self, closure=None):
        raise NotImplementedError


torch.manual_seed(0)
x, y = torch.randn(400, 10), torch.randint(0, 3, (400,))
net = nn.Sequential(nn.Linear(10, 64), nn.ReLU(), nn.Linear(64, 3))
opt = SAM(net.parameters(), torch.optim.SGD, lr=0.1, momentum=0.9)
ce = nn.CrossEntropyLoss()
for epoch in range(5):
    for xb, yb in DataLoader(TensorDataset(x, y), 40, shuffle=True):
        loss = ce(net(xb), yb)
        loss.backward()
        opt.first_step()
        ce(net(xb), yb).backward()
        opt.second_step()
    print(epoch, loss.item())
