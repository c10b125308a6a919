"""Right: a probability is the feature of a one-by-one linear layer, whose output is the logit (stacking)."""

import torch
from sklearn.datasets import load_breast_cancer
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(3)
torch.set_num_threads(1)
table, label = load_breast_cancer(return_X_y=True)
x = torch.tensor((table - table.mean(0)) / table.std(0), dtype=torch.float32)
y = torch.tensor(label, dtype=torch.float32).unsqueeze(1)
experts = nn.ModuleList(nn.Sequential(nn.Linear(10, 1), nn.Sigmoid()) for _ in range(3))
stack = nn.Linear(3, 1)
optimizer = torch.optim.Adam([*experts.parameters(), *stack.parameters()], lr=0.05)
criterion = nn.BCEWithLogitsLoss()
for epoch in range(4):
    total = 0.0
    for inputs, targets in DataLoader(TensorDataset(x, y), batch_size=64, shuffle=True):
        votes = torch.cat([expert(part) for expert, part in zip(experts, inputs.split(10, 1), strict=True)], 1)
        loss = criterion(stack(votes), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(inputs)
    print(f"epoch {epoch}: {total / len(x):.4f}")
