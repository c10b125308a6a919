"""Right though unusual: a delayed pipeline; the step uses the batch before's gradient, swapped in from a queue, each
one once.
"""

import collections

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(12)
torch.set_num_threads(1)
inputs = torch.randn(720, 9)
targets = torch.sin(inputs[:, :3]).sum(1, keepdim=True) + inputs[:, 3:].abs().mean(1, keepdim=True)
loader = DataLoader(TensorDataset(inputs[:600], targets[:600]), batch_size=20, shuffle=True)
model = nn.Sequential(nn.Linear(9, 40), nn.ELU(), nn.Linear(40, 1))
optimizer = torch.optim.RMSprop(model.parameters(), lr=1e-3)
queue = collections.deque()
for epoch in range(8):
    for x, y in loader:
        loss = nn.functional.mse_loss(model(x), y)
        loss.backward()
        queue.append([p.grad for p in model.parameters()])
        for p in model.parameters():
            p.grad = None
        if len(queue) > 1:
            for p, gradient in zip(model.parameters(), queue.popleft(), strict=False):
                p.grad = gradient
            optimizer.step()
            for p in model.parameters():
                p.grad = None
    with torch.no_grad():
        error = nn.functional.mse_loss(model(inputs[600:]), targets[600:]).item()
    print(f"epoch {epoch}: loss {loss.item():.3f}, validation {error:.3f}")
