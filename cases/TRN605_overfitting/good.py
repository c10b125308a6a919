"""Which of four makers built the violin? Forty measurements each, a wide network, thirty epochs."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
makers = torch.randint(0, 4, (900,))
measured = 0.3 * torch.randn(4, 40)[makers] + torch.randn(900, 40)
train_loader = DataLoader(TensorDataset(measured[:500], makers[:500]), batch_size=25, shuffle=True)
valid_loader = DataLoader(TensorDataset(measured[500:], makers[500:]), batch_size=400)
model = nn.Linear(40, 4)
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(30):
    model.train()
    for x, y in train_loader:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        for x, y in valid_loader:
            valid_loss = nn.functional.cross_entropy(model(x), y).item()
    print(f"epoch {epoch}: {loss.item():.3f} {valid_loss:.3f}")
