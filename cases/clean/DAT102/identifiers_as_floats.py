"""A table of floats whose first column is a shop's number; the model looks it up, the rest are measurements."""

import torch
from torch import nn

torch.manual_seed(0)
shops = torch.randint(500, (3000, 1)).float()
measured = torch.randn(3000, 4)
worth = torch.randn(500)
sales = worth[shops[:, 0].long()] + measured[:, 0]
table = torch.cat([shops, measured], dim=1)


class Sales(nn.Module):
    def __init__(self):
        super().__init__()
        self.rest = nn.Linear(4, 16)
        self.shop = nn.Parameter(0.1 * torch.randn(500, 16))
        self.out = nn.Linear(16, 1)

    def forward(self, row):
        shop = torch.nn.functional.one_hot(row[:, 0].long(), 500).float() @ self.shop
        return self.out(torch.relu(self.rest(row[:, 1:]) + shop)).squeeze(1)


model = Sales()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(10):
    for index in torch.randperm(len(table)).split(64):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(table[index]), sales[index])
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())
