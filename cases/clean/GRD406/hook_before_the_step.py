"""Right though unusual: a hook of the optimiser drops whole gradients that are not finite, just before each step."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)


class Embedder(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(8, 32), nn.Tanh(), nn.Linear(32, 2))

    def forward(self, x):
        return self.layers(x)


def drop_unusable(optimizer, args, kwargs):
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    if not all(p.grad.isfinite().all() for p in parameters):
        dropped.append(len(dropped))
        optimizer.zero_grad()


dropped = []
points = torch.randn(300, 8)
points[::20] = points[1::20]  # some points were recorded twice: their distance is 0
wanted = (points[:, None, :2] - points[None, :, :2]).norm(dim=2)
model = Embedder()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
optimizer.register_step_pre_hook(drop_unusable)
for _step in range(150):
    one, other = torch.randint(0, 300, (2, 12))
    one[0], other[0] = (0, 1) if _step % 4 == 1 else (2, 3)
    gap = (model(points[one]) - model(points[other])).square().sum(1).sqrt()
    loss = (gap - wanted[one, other]).square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(f"stress {loss.item():.4f}, steps dropped {len(dropped)}")
