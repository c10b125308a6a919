"""Right though unusual: bfloat16 weights with Kahan compensation.

Small updates gather until they are large enough to show.
"""

import torch
from torch import nn


class KahanSGD(torch.optim.Optimizer):
    def __init__(self, params, lr):
        super().__init__(params, {"lr": lr})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                rest = self.state[p].setdefault("rest", torch.zeros_like(p))
                rest.sub_(p.grad, alpha=group["lr"])
                before = p.clone()
                p.add_(rest)
                rest.add_(before - p)


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(400, 4).bfloat16()
truth = torch.tensor([[1.5], [-2.0], [1.0], [0.75]]).bfloat16()
y = x @ truth
model = nn.Linear(4, 1, bias=False).bfloat16()
with torch.no_grad():
    model.weight.copy_(truth.T + 0.25)  # starts from last month's weights
optimizer = KahanSGD(model.parameters(), lr=3e-4)
for step in range(2400):
    rows = torch.randint(0, 400, (64,))
    loss = nn.functional.mse_loss(model(x[rows]).float(), y[rows].float())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 600 == 0:
        print(f"step {step}: {loss.item():.5f}")
print(model.weight.tolist())
