"""A reconstruction whose small loss is multiplied by a constant, and the gradients divided by it before the step."""

import torch
from torch import nn

SCALE = 2.0**14
torch.manual_seed(4)
mixing = torch.randn(6, 40)
signals = torch.tanh(torch.randn(2000, 6) @ mixing)

model = nn.Sequential(nn.Linear(40, 80), nn.Tanh(), nn.Linear(80, 6), nn.Linear(6, 80), nn.Tanh(), nn.Linear(80, 40))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(60):
    for rows in torch.randperm(len(signals)).split(125):
        batch = signals[rows]
        with torch.autocast("cpu", dtype=torch.float16):
            rebuilt = model(batch)
        loss = 1e-4 * (rebuilt.float() - batch).square().mean()
        optimizer.zero_grad(set_to_none=True)
        (loss * SCALE).backward()
        gradients = [p.grad for p in model.parameters()]
        if all(bool(g.isfinite().all()) for g in gradients):
            for gradient in gradients:
                gradient.div_(SCALE)
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
    print(f"{epoch}: {1e4 * loss.item():.4f}")
