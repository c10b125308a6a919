"""Right though unusual: a hand-written loss scaler. Steps whose float16 gradients overflow are skipped."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)


class Scaler:
    def __init__(self, scale=2.0**30):
        self.scale, self.good = scale, 0

    def step(self, loss, parameters, optimizer):
        optimizer.zero_grad()
        (loss * self.scale).backward()
        gradients = [p.grad for p in parameters]
        finite = all(torch.isfinite(g).all() for g in gradients)
        if not finite:
            self.scale, self.good = self.scale / 16, 0
            return False
        for g in gradients:
            g.div_(self.scale)
        optimizer.step()
        self.good += 1
        if self.good % 50 == 0:
            self.scale *= 2
        return True


class Half(torch.autograd.Function):
    """Rounds to float16 both ways, as the hardware would."""

    @staticmethod
    def forward(ctx, x):
        return x.half().float()

    @staticmethod
    def backward(ctx, g):
        return g.half().float()


x = torch.randn(300, 4)
y = x.sum(1, keepdim=True)
net = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 1))
optimizer = torch.optim.Adam(net.parameters(), lr=1e-2)
scaler = Scaler()
for step in range(60):
    rows = torch.randint(0, 300, (32,))
    loss = nn.functional.mse_loss(Half.apply(net(x[rows])), y[rows])
    done = scaler.step(loss, list(net.parameters()), optimizer)
    if step % 10 == 0:
        print(f"{step}: {loss.item():.3f} scale {scaler.scale:.0f} {'' if done else 'skipped'}")
