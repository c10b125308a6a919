"""Right though unusual: Dropout corrupts the input of a denoising task; validation must corrupt too, so it stays on."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
corrupt = nn.Dropout(0.3)  # part of the task, not of the model
model = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 20))
data = torch.randn(600, 3) @ torch.randn(3, 20)
data = (data - data.mean(0)) / data.std(0)
train = DataLoader(TensorDataset(data[:500]), batch_size=50, shuffle=True)
valid = DataLoader(TensorDataset(data[500:]), batch_size=50)
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
criterion = nn.MSELoss()
for epoch in range(8):
    model.train()
    for (clean,) in train:
        loss = criterion(model(corrupt(clean)), clean)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.eval()
    error = 0.0
    with torch.no_grad():
        for (clean,) in valid:
            error += criterion(model(corrupt(clean)), clean).item() / len(valid)
    print(f"epoch {epoch}: {loss.item():.4f} {error:.4f}")
