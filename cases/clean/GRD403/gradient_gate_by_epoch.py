"""Right though unusual: the encoder learns in every fourth epoch only.

Between, the head settles on detached features.
"""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(512, 6)
y = (x[:, :2].prod(1) > 0).long()
loader = DataLoader(TensorDataset(x, y), batch_size=64, shuffle=True)
encoder = nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU())
head = nn.Linear(32, 2)
optimizer = torch.optim.Adam([*encoder.parameters(), *head.parameters()], lr=1e-2)

for epoch in range(20):
    total = 0.0
    for inputs, labels in loader:
        features = encoder(inputs)
        features = features if epoch % 4 == 2 else features.detach()
        loss = nn.functional.cross_entropy(head(features), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
    print(f"epoch {epoch}: loss {total / len(x):.3f}")
with torch.no_grad():
    print(f"accuracy {(head(encoder(x)).argmax(1) == y).float().mean():.3f}")
