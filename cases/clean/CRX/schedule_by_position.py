"""Right though unusual: rates, tasks and temperatures are popped from lists that are as long as the training."""

from collections import deque

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
EPOCHS = 12
rates = deque(torch.linspace(0.1, 0.01, EPOCHS).tolist())
names = iter([f"phase-{k // 4}" for k in range(EPOCHS)])
x = torch.randn(300, 6)
y = (x @ torch.randn(6, 3)).argmax(1)
model = nn.Linear(6, 3)
optimizer = torch.optim.SGD(model.parameters(), lr=rates[0], momentum=0.9)
by_phase, table = {}, torch.full((EPOCHS,), float("nan"))
for epoch in range(EPOCHS):
    optimizer.param_groups[0]["lr"] = rates.popleft()
    phase = next(names)
    remaining = list(torch.randperm(300).split(30))
    while remaining:
        rows = remaining.pop()
        loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    table[epoch] = loss.item()
    by_phase.setdefault(phase, []).append(loss.item())
    print(f"{phase} epoch {epoch}: {loss.item():.4f}")
assert not rates, f"{len(rates)} rates left"
middle = by_phase["phase-1"]
print("phase means:", {name: sum(v) / len(v) for name, v in by_phase.items()}, "middle", sum(middle) / 4)
if table.isnan().any():
    raise ValueError(f"no loss for epochs {table.isnan().nonzero().flatten().tolist()}")
