"""Right though unusual: each batch is the list of one query, so the top-one probabilities run over the batch."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
documents = torch.randn(480, 8)
relevance = documents @ torch.randn(8, 1) + 0.1 * torch.randn(480, 1)
model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(4):
    for features, grades in DataLoader(TensorDataset(documents, relevance), batch_size=24):
        wanted = F.softmax(grades, dim=0)
        loss = F.kl_div(F.log_softmax(model(features), dim=0), wanted, reduction="sum")
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.4f}")
