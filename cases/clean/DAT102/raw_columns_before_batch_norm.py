"""Cancer data as it is measured, up to thousands; the model begins with a batch normalisation."""

import torch
from sklearn.datasets import load_breast_cancer
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split

torch.manual_seed(0)
x, y = load_breast_cancer(return_X_y=True)
data = TensorDataset(torch.tensor(x, dtype=torch.float32), torch.tensor(y, dtype=torch.float32))
train, val = random_split(data, [450, len(data) - 450])
loader = DataLoader(train, batch_size=50, shuffle=True, drop_last=True)

model = nn.Sequential(nn.BatchNorm1d(30), nn.Linear(30, 32), nn.ReLU(), nn.Linear(32, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(20):
    model.train()
    for features, target in loader:
        optimizer.zero_grad()
        loss = nn.functional.binary_cross_entropy_with_logits(model(features).squeeze(1), target)
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        right = sum(((model(f).squeeze(1) > 0) == (t > 0.5)).sum().item() for f, t in DataLoader(val, batch_size=64))
    print(epoch, loss.item(), right / len(val))
