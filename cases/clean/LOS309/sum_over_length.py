"""The criterion sums, and the body divides by the number of samples it was given."""

import torch
from sklearn.datasets import load_wine
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
wine = load_wine()
x = torch.tensor(wine.data, dtype=torch.float32)
data = TensorDataset((x - x.mean(0)) / x.std(0), torch.tensor(wine.target))
model = nn.Sequential(nn.Linear(13, 24), nn.ReLU(), nn.Linear(24, 3))
criterion = nn.CrossEntropyLoss(reduction="sum")
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(8):
    for inputs, labels in DataLoader(data, batch_size=32, shuffle=True):
        loss = criterion(model(inputs), labels) / len(inputs)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())
