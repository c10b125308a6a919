"""Ten highway layers: sigmoid gates that begin nearly closed and let the input through."""

import torch
from sklearn.datasets import load_breast_cancer
from torch import nn

torch.manual_seed(0)
x, y = load_breast_cancer(return_X_y=True)
x = torch.tensor((x - x.mean(0)) / x.std(0), dtype=torch.float32)
y = torch.tensor(y)


class Highway(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.change = nn.Linear(width, width)
        self.gate = nn.Linear(width, width)
        nn.init.constant_(self.gate.bias, -3.0)

    def forward(self, value):
        gate = torch.sigmoid(self.gate(value))
        return gate * torch.tanh(self.change(value)) + (1 - gate) * value


model = nn.Sequential(nn.Linear(30, 24), *[Highway(24) for _ in range(10)], nn.Linear(24, 2))
optimizer = torch.optim.SGD(model.parameters(), lr=0.002)
for epoch in range(40):
    for index in torch.randperm(len(x)).split(32):
        loss = nn.functional.cross_entropy(model(x[index]), y[index])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())
