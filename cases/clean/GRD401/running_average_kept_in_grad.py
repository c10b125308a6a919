"""Right though unusual: gradients are kept as a running average; a shared detached view of .grad is scaled, and
backward adds the new share.
"""

import torch
import torch.nn.functional as F

torch.manual_seed(14)
torch.set_num_threads(1)
KEEP = 0.8
x = torch.randn(640, 6)
y = torch.sin(x[:, :1]) + torch.tanh(x[:, 1:2])
model = torch.nn.Sequential(torch.nn.Linear(6, 40), torch.nn.Tanh(), torch.nn.Linear(40, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3, betas=(0.0, 0.99))
for epoch in range(8):
    for rows in torch.randperm(512).split(32):
        for group in optimizer.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    p.grad.data *= KEEP
        loss = F.mse_loss(model(x[rows]), y[rows])
        ((1 - KEEP) * loss).backward()
        optimizer.step()
    with torch.no_grad():
        print(f"epoch {epoch}: {loss.item():.3f} {F.mse_loss(model(x[512:]), y[512:]).item():.3f}")
