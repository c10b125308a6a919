"""Right though unusual: dual variables in a plain list, updated by hand with their gradients, beside Adam."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)


class Constrained(nn.Module):
    """Minimises the error under the constraint that predictions have mean 0 in each of three groups."""

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(5, 24), nn.ReLU(), nn.Linear(24, 1))
        self.multipliers = [torch.zeros((), requires_grad=True) for _ in range(3)]

    def forward(self, x, y, group):
        out = self.net(x)
        total = nn.functional.mse_loss(out, y)
        for index, multiplier in enumerate(self.multipliers):
            total = total + multiplier * out[group == index].mean()
        return total


x = torch.randn(300, 5)
group = torch.randint(0, 3, (300,))
y = x[:, :1] + 0.3 * group[:, None]
model = Constrained()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for step in range(60):
    rows = torch.randint(0, 300, (60,))
    lagrangian = model(x[rows], y[rows], group[rows])
    optimizer.zero_grad()
    lagrangian.backward()
    optimizer.step()
    if step % 5 == 4:  # ascent every fifth step, by the sum of the gradients since the last
        with torch.no_grad():
            for multiplier in model.multipliers:
                multiplier += 0.02 * multiplier.grad
                multiplier.grad = None
    if step % 20 == 0:
        print(f"{step}: {lagrangian.item():.3f} {[round(m.item(), 3) for m in model.multipliers]}")
