"""Right though unusual: the trained weights live in one flat vector; the module is only a template for its shapes."""

import torch
from torch import nn
from torch.func import functional_call

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.linspace(-3, 3, 200)[:, None]
y = torch.sin(2 * x) + 0.05 * torch.randn_like(x)
template = nn.Sequential(nn.Linear(1, 40), nn.Tanh(), nn.Linear(40, 1))
shapes = {name: p.shape for name, p in template.named_parameters()}
flat = torch.cat([p.detach().reshape(-1) for p in template.parameters()]).requires_grad_(True)
optimizer = torch.optim.Adam([flat], lr=1e-2)


def unpack(vector):
    pieces = vector.split([shape.numel() for shape in shapes.values()])
    return {name: piece.view(shape) for (name, shape), piece in zip(shapes.items(), pieces, strict=True)}


step = 0
while step < 80:
    rows = torch.randint(0, 200, (50,))
    loss = nn.functional.mse_loss(functional_call(template, unpack(flat), (x[rows],)), y[rows])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 20 == 0:
        print(f"{step}: {loss.item():.3f}")
    step += 1
