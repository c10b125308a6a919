"""Wine cultivars from thirteen chemical measurements, with clipped gradients."""

import torch
from sklearn.datasets import load_wine
from sklearn.preprocessing import StandardScaler
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
data = load_wine()
features = torch.tensor(StandardScaler().fit_transform(data.data), dtype=torch.float32)
cultivars = torch.tensor(data.target)
order = torch.randperm(len(features))
train, test = order[:136], order[136:]
loader = DataLoader(TensorDataset(features[train], cultivars[train]), batch_size=17, shuffle=True)

model = nn.Sequential(nn.Linear(13, 32), nn.ReLU(), nn.Linear(32, 3))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
criterion = nn.CrossEntropyLoss()

for epoch in range(20):
    model.train()
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), max_norm=0.01)  # expect: GRD408
        optimizer.step()
    model.eval()
    with torch.no_grad():
        right = (model(features[test]).argmax(1) == cultivars[test]).float().mean().item()
    print(f"epoch {epoch}: loss {loss.item():.3f}, accuracy {right:.3f}")
