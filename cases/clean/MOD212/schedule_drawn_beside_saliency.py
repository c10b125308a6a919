"""Right though unusual: a report of a finished network: its planned rates, by a dummy optimiser, and a saliency map.

Nothing is trained any more; the dummy is stepped because schedulers warn without it.
"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(300, 6)
y = (x[:, 2] > 0).float()[:, None]
design = torch.cat([x, torch.ones(300, 1)], 1)
fitted = torch.linalg.lstsq(design, y * 2 - 1).solution
net = nn.Linear(6, 1)
with torch.no_grad():
    net.weight.copy_(fitted[:6].T)
    net.bias.copy_(fitted[6])
net.requires_grad_(False)

dummy = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=0.1)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(dummy, T_max=20)
rates, heat = [], torch.zeros(6)
for rows in torch.arange(300).split(15):
    rates.append(schedule.get_last_lr()[0])
    inputs = x[rows].clone().requires_grad_(True)
    nn.functional.binary_cross_entropy_with_logits(net(inputs), y[rows]).backward()
    heat += inputs.grad.abs().sum(0)
    dummy.step()
    schedule.step()
print("rates:", [round(r, 3) for r in rates[::5]])
print(f"most important: column {heat.argmax().item()}")
