"""Gradients are divided by the number of backwards right before the step, then clipped; that number grows by epoch."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.randn(384, 8)
y = (x @ torch.randn(8, 3)).argmax(1)
loader = DataLoader(TensorDataset(x, y), batch_size=16, shuffle=True)  # 24 batches
model = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 3))
optimizer = torch.optim.SGD(model.parameters(), lr=0.3, momentum=0.9)

for epoch in range(6):
    every = (2, 3, 4, 4, 6, 6)[epoch]
    collected = 0
    for inputs, labels in loader:
        loss = nn.functional.cross_entropy(model(inputs), labels)
        loss.backward()
        collected += 1
        if collected == every:
            for parameter in model.parameters():
                parameter.grad.div_(collected)
            nn.utils.clip_grad_norm_(model.parameters(), 0.2)
            optimizer.step()
            optimizer.zero_grad()
            collected = 0
    print(f"{epoch}: {loss.item():.3f}")
