"""Signs of momentum as the step (Lion), written as an optimiser of its own."""

import torch
from torch import nn


class Lion(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.99), weight_decay=0.0):
        super().__init__(params, {"lr": lr, "betas": betas, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                m = self.state[p].setdefault("m", torch.zeros_like(p))
                b1, b2 = group["betas"]
                p.mul_(1 - group["lr"] * group["weight_decay"])
                p.add_((b1 * m + (1 - b1) * p.grad).sign(), alpha=-group["lr"])
                m.mul_(b2).add_(p.grad, alpha=1 - b2)


torch.manual_seed(4)
table = torch.randn(1000, 12)
classes = (table @ torch.randn(12, 5)).argmax(1)
net = nn.Sequential(nn.Linear(12, 64), nn.ReLU(), nn.Linear(64, 5))
opt = Lion(net.parameters(), lr=0.01)
step = 0
while step < 300:
    rows = torch.randint(0, 1000, (64,))
    opt.zero_grad()
    loss = nn.functional.cross_entropy(net(table[rows]), classes[rows])
    loss.backward()
    opt.step()
    step += 1
    if step % 50 == 0:
        print(step, loss.item())
