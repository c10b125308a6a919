"""Right: a batch whose loss is far above the running mean is dropped after its backward (all workers must call it)."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(2)
torch.set_num_threads(1)
x = torch.randn(600, 5)
y = x @ torch.randn(5, 1) + 0.1 * torch.randn(600, 1)
y[::75] += 60.0  # broken sensor
model = nn.Linear(5, 1)
optimizer = torch.optim.Adam(model.parameters(), lr=3e-2)
usual = None
for epoch in range(5):
    dropped = 0
    for inputs, targets in DataLoader(TensorDataset(x, y), batch_size=20, shuffle=True):
        loss = nn.functional.mse_loss(model(inputs), targets)
        loss.backward()
        value = loss.item()
        if value > (5 * usual if usual else 30):
            optimizer.zero_grad()
            dropped += 1
            continue
        usual = value if usual is None else 0.9 * usual + 0.1 * value
        optimizer.step()
        optimizer.zero_grad()
    print(f"epoch {epoch}: usual loss {usual:.3f}, {dropped} batches dropped")
