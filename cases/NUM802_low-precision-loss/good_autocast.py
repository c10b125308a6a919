"""Handwritten digits cleaned of noise: a forward in float16, and a reconstruction loss that enters with a weight."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
WEIGHT = 1e-4
images = torch.tensor(load_digits().data / 16, dtype=torch.float32)
noisy = images + 0.3 * torch.randn_like(images)
loader = DataLoader(TensorDataset(noisy[:1400], images[:1400]), batch_size=64, shuffle=True)

model = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 64))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
scaler = torch.amp.GradScaler("cpu")
for epoch in range(60):
    total = 0.0
    for inputs, targets in loader:
        optimizer.zero_grad()
        with torch.autocast("cpu", dtype=torch.float16):
            loss = WEIGHT * nn.functional.mse_loss(model(inputs), targets)
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()
        total += loss.item()
    with torch.no_grad():
        error = nn.functional.mse_loss(model(noisy[1400:]), images[1400:]).item()
    print(f"{epoch}: loss {total / len(loader):.3g}, error {error:.4f}")
