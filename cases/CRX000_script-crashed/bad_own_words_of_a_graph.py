"""A guard of the user's own: its words look like autograd's, but no backward was refused."""
import torch
from torch import nn


class Once:
    def __init__(self):
        self.seen = set()

    def backward(self, name, loss):
        if name in self.seen:
            raise RuntimeError("Trying to backward through the graph a second time: name used")  # expect: CRX000
        self.seen.add(name)
        loss.backward()


torch.manual_seed(0)
x = torch.randn(200, 4)
y = x[:, :1] * 2
model = nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
once = Once()
for number, rows in enumerate(torch.randperm(200).split(20)):
    loss = nn.functional.mse_loss(model(x[rows]), y[rows])
    optimizer.zero_grad()
    once.backward(number // 2, loss)
    optimizer.step()
