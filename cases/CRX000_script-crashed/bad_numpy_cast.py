"""Running counts of float errors in an array of whole numbers."""
import numpy as np
import torch
from torch import nn

torch.manual_seed(0)
x = torch.randn(200, 4)
y = x[:, :1] * 2
errors = np.zeros(10, dtype=np.int64)
model = nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for number, rows in enumerate(torch.randperm(200).split(20)):
    loss = nn.functional.mse_loss(model(x[rows]), y[rows])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    errors[number : number + 1] += np.array([loss.item()])  # expect: CRX000
