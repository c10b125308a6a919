"""Right: gradients of a half-precision model move to master weights in float32, and the model's own are cleared."""

import torch
from torch import nn

torch.manual_seed(3)
torch.set_num_threads(1)
x = torch.randn(400, 8)
y = (x[:, 0] + x[:, 1] * x[:, 2] > 0).float().unsqueeze(1)
model = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 1)).bfloat16()
masters = [p.detach().float().requires_grad_() for p in model.parameters()]
optimizer = torch.optim.Adam(masters, lr=1e-2)
for epoch in range(5):
    for rows in torch.randperm(400).split(50):
        out = model(x[rows].bfloat16()).float()
        loss = nn.functional.binary_cross_entropy_with_logits(out, y[rows])
        loss.backward()
        for master, parameter in zip(masters, model.parameters(), strict=True):
            master.grad = parameter.grad.float()
        model.zero_grad()
        optimizer.step()
        with torch.no_grad():
            for master, parameter in zip(masters, model.parameters(), strict=True):
                parameter.copy_(master)
    print(f"epoch {epoch}: {loss.item():.4f}")
