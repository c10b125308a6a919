"""Right though unusual: an evolution strategy estimates the gradient without a graph and hands it to Adam."""

import torch
from torch import nn

torch.manual_seed(0)
x = torch.randn(200, 4)
y = x @ torch.tensor([[1.0], [0.5], [-2.0], [0.0]])
model = nn.Linear(4, 1).requires_grad_(False)
optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
for step in range(60):
    start = [p.clone() for p in model.parameters()]
    estimate = [torch.zeros_like(p) for p in start]
    for _ in range(8):
        noise = [torch.randn_like(p) for p in start]
        score = []
        for sign in (1, -1):
            for p, s, n in zip(model.parameters(), start, noise):
                p.copy_(s + sign * 0.05 * n)
            score.append((model(x) - y).pow(2).mean())
        for e, n in zip(estimate, noise):
            e += n * (score[0] - score[1]) / (2 * 0.05 * 8)
    for p, s, e in zip(model.parameters(), start, estimate):
        p.copy_(s)
        p.grad = e
    optimizer.step()
    if step % 20 == 0:
        print(f"step {step}: {(model(x) - y).pow(2).mean().item():.4f}")
