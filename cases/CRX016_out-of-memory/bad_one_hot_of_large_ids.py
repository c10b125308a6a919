"""Customer numbers as one-hot rows."""

import torch
from torch import nn

torch.manual_seed(0)
numbers = torch.randint(10**13, 10**13 + 50, (256,))
bought = (numbers % 2).float().unsqueeze(1)
model = nn.Linear(50, 1)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(4):
    for rows in torch.randperm(256).split(32):
        columns = nn.functional.one_hot(numbers[rows])  # expect: CRX016
        loss = nn.functional.binary_cross_entropy_with_logits(model(columns.float()), bought[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
