"""Sales of the next day from the last week; all in one script, with a test pass after each epoch."""

import torch
from torch import nn

torch.manual_seed(1)
weeks = torch.randn(500, 7).cumsum(1) * 0.4
sales = weeks[:, -1:] * 0.7 + weeks[:, :1] * 0.2 + 0.05 * torch.randn(500, 1)
train_x, train_y, test_x, test_y = weeks[:400], sales[:400], weeks[400:], sales[400:]

net = nn.Sequential(nn.Linear(7, 40), nn.BatchNorm1d(40), nn.ReLU(), nn.Dropout(p=0.2), nn.Linear(40, 1))
optimizer = torch.optim.AdamW(net.parameters(), lr=3e-3)

for epoch in range(6):
    order = torch.randperm(len(train_x))
    for start in range(0, len(order), 40):
        rows = order[start : start + 40]
        predicted = net(train_x[rows])  # expect: EVA702
        loss = nn.functional.mse_loss(predicted, train_y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    net.eval()
    with torch.no_grad():
        error = nn.functional.mse_loss(net(test_x), test_y)
    print(f"{epoch}: {loss.item():.4f} {error.item():.4f}")
