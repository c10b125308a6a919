"""House prices from a small table; the features are standardised first."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def read_table(rows):
    area = 40 + 160 * torch.rand(rows)
    rooms = (area / 30).round() + torch.randint(0, 2, (rows,))
    floor = torch.randint(0, 8, (rows,)).float()
    country = torch.ones(rows)  # this extract holds one country only
    price = 3.0 * area + 20.0 * rooms - 4.0 * floor + 25.0 * torch.randn(rows)
    return torch.stack([area, rooms, floor, country], dim=1), price[:, None]


def standardise(table):
    return (table - table.mean(dim=0)) / table.std(dim=0).clamp(min=1e-6)


torch.manual_seed(0)
features, price = read_table(800)
features, price = standardise(features), standardise(price)
train = DataLoader(TensorDataset(features[:640], price[:640]), batch_size=32, shuffle=True)
valid = DataLoader(TensorDataset(features[640:], price[640:]), batch_size=80)

model = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 1))
criterion = nn.MSELoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)

for epoch in range(6):
    model.train()
    for x, y in train:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        error = sum(criterion(model(x), y).item() for x, y in valid) / len(valid)
    print(f"epoch {epoch}: validation MSE {error:.3f}")
