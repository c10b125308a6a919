"""Right though unusual: Bop (Helwegen, 2019): weights are -1 or 1 and flip only once a slow average is sure enough."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Bop(torch.optim.Optimizer):
    def __init__(self, params, lr, threshold):
        super().__init__(params, {"lr": lr, "threshold": threshold})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                average = self.state[p].setdefault("average", torch.zeros_like(p))
                average.lerp_(p.grad, group["lr"])
                flip = (average.abs() > group["threshold"]) & (average.sign() == p.sign())
                p[flip] *= -1


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(600, 9)
y = (x @ torch.tensor([1.0, -1, 1, 1, -1, -1, 1, -1, 1]) > 0).float()
model = nn.Linear(9, 1, bias=False)
with torch.no_grad():
    model.weight.sign_()
optimizer = Bop(model.parameters(), lr=1e-3, threshold=5e-3)
for epoch in range(16):
    for a, b in DataLoader(TensorDataset(x, y), batch_size=20, shuffle=True):
        loss = nn.functional.binary_cross_entropy_with_logits(model(a).squeeze(1) / 3, b)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.3f} {((model(x).squeeze(1) > 0) == y.bool()).float().mean():.3f}")
