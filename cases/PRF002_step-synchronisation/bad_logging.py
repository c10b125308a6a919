"""Two heads on wine data; the running loss is shown after every batch."""

import torch
from sklearn.datasets import load_wine
from torch import nn

torch.manual_seed(6)
device = torch.device("cuda") if torch.cuda.is_available() else torch.device("cpu")
wine = load_wine()
table = torch.tensor(wine.data, dtype=torch.float32)
table = ((table - table.mean(0)) / table.std(0)).to(device)
kinds = torch.tensor(wine.target).to(device)

trunk = nn.Sequential(nn.Linear(12, 32), nn.ReLU()).to(device)
kind_head, colour_head = nn.Linear(32, 3).to(device), nn.Linear(32, 1).to(device)
parts = nn.ModuleList([trunk, kind_head, colour_head])
optimiser = torch.optim.SGD(parts.parameters(), lr=0.05, momentum=0.9, nesterov=True)

running = 0.0
for epoch in range(15):
    for rows in torch.randperm(len(table), device=device).split(32):
        features = trunk(table[rows, :12])
        loss = nn.functional.cross_entropy(kind_head(features), kinds[rows])
        loss = loss + 0.1 * nn.functional.mse_loss(colour_head(features)[:, 0], table[rows, 12])
        parts.zero_grad()
        loss.backward()
        optimiser.step()
        running = 0.9 * running + 0.1 * float(loss.detach())  # expect: PRF002
    print(epoch, f"{running:.3f}")
