"""Right though unusual: a first pass without gradient only ranks a large batch by its loss.

The hardest are trained on.
"""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(800, 4)
y = (x[:, 0] > x[:, 1] ** 2 - 1).long()
model = nn.Sequential(nn.Linear(4, 64), nn.ReLU(), nn.Dropout(0.2), nn.Linear(64, 2))
optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3)
pool = DataLoader(TensorDataset(x[:640], y[:640]), batch_size=128, shuffle=True)
for epoch in range(12):
    model.train()
    for inputs, labels in pool:
        with torch.no_grad():
            each = nn.functional.cross_entropy(model(inputs), labels, reduction="none")
        hard = each.topk(48).indices
        loss = nn.functional.cross_entropy(model(inputs[hard]), labels[hard])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        accuracy = (model(x[640:]).argmax(1) == y[640:]).float().mean()
    print(f"epoch {epoch}: {loss.item():.3f} {accuracy:.3f}")
