"""Right: a choice model: the products of one market are the rows, and their shares of each period add up to 1."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
PRODUCTS, PERIODS = 16, 4
features = torch.randn(40, PRODUCTS, 5)
taste = torch.randn(5, PERIODS)
shares = torch.softmax(features @ taste + 0.1 * torch.randn(40, PRODUCTS, PERIODS), dim=1)

utility = nn.Sequential(nn.Linear(5, 16), nn.Tanh(), nn.Linear(16, PERIODS))
optimizer = torch.optim.Adam(utility.parameters(), lr=1e-2)
for epoch in range(4):
    for market in torch.randperm(40):
        predicted = torch.softmax(utility(features[market]), dim=0)  # over the products on the shelf
        loss = nn.functional.mse_loss(predicted, shares[market])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.5f}")
