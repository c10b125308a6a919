"""Right: logits are held within -6..6 by a sigmoid that is stretched in place, against over-confidence."""

import torch
from torch import nn

torch.manual_seed(8)
torch.set_num_threads(1)
x = torch.randn(400, 10)
y = (x[:, :3].sum(1) > 0).float()
net = nn.Sequential(nn.Linear(10, 16), nn.ReLU(), nn.Linear(16, 1))
velocity = [torch.zeros_like(p) for p in net.parameters()]


def bounded(scores, limit=6.0):
    return torch.sigmoid(scores * (2 / limit)).sub(0.5).mul_(2 * limit)


for step in range(150):
    rows = torch.randint(0, 400, (50,))
    logits = bounded(net(x[rows])).squeeze(1)
    loss = nn.functional.binary_cross_entropy_with_logits(logits, y[rows])
    gradients = torch.autograd.grad(loss, list(net.parameters()))
    with torch.no_grad():
        for parameter, v, g in zip(net.parameters(), velocity, gradients, strict=True):
            v.mul_(0.9).add_(g)
            parameter.sub_(v, alpha=0.05)
    if step % 50 == 0:
        print(step, f"{loss.item():.4f}")
