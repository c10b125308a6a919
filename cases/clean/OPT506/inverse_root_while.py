"""Right though unusual: a while loop counts the steps, and the rate falls with their root."""

import torch
from torch import nn
from torch.optim import lr_scheduler
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.rand(640, 2) * 2 - 1
y = ((x[:, 0] * x[:, 1]) > 0).long()
loader = DataLoader(TensorDataset(x, y), batch_size=32, shuffle=True)
model = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=1.0)
scheduler = lr_scheduler.LambdaLR(optimizer, lambda step: 0.1 * min((step + 1) ** -0.5, (step + 1) * 100**-1.5))
step, max_steps = 0, 500
while step < max_steps:
    for inputs, labels in loader:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(inputs), labels)
        loss.backward()
        optimizer.step()
        scheduler.step()
        step += 1
        if step >= max_steps:
            break
print(step, loss.item())
