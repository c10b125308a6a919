"""Right though unusual: early dropout. Only the first epoch drops units; the rest is trained with all of them.

The mode is said for every epoch.
"""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

EARLY_EPOCHS = 1
torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.rand(500, 8)
y = (x * torch.arange(8)).sum(1, keepdim=True).sin()
train = DataLoader(TensorDataset(x[:400], y[:400]), batch_size=40, shuffle=True)
valid = DataLoader(TensorDataset(x[400:], y[400:]), batch_size=50)
model = nn.Sequential(nn.Linear(8, 48), nn.GELU(), nn.Dropout(0.1), nn.Linear(48, 48), nn.GELU(), nn.Linear(48, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)


def validate():
    model.eval()
    with torch.no_grad():
        return sum(nn.functional.mse_loss(model(a), b).item() for a, b in valid) / len(valid)


for epoch in range(8):
    model.train(mode=epoch < EARLY_EPOCHS)
    for inputs, wanted in train:
        optimizer.zero_grad(set_to_none=True)
        loss = nn.functional.mse_loss(model(inputs), wanted)
        loss.backward()
        optimizer.step()
    print(f"{epoch}: {loss.item():.3f} {validate():.3f}")
