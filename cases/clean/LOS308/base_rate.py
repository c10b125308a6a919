"""The shares of the classes, fitted as a model with one bias a class, to compare others with."""

import torch
from sklearn.datasets import load_iris
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class BaseRate(nn.Module):
    def __init__(self, classes: int) -> None:
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(classes))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.bias.expand(len(x), -1)


torch.manual_seed(0)
iris = load_iris()
data = TensorDataset(torch.tensor(iris.data, dtype=torch.float32), torch.tensor(iris.target))
model = BaseRate(3)
optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
for epoch in range(8):
    for x, y in DataLoader(data, batch_size=30, shuffle=True):
        loss = nn.functional.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
print(model.bias.softmax(0).tolist(), loss.item())
