"""Right though unusual: every score is compared with every other one, so the loss is over N x N pairs on purpose."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def ranknet(scores, relevance):
    differences = scores[:, None] - scores[None, :]
    better = relevance[:, None] > relevance[None, :]
    return F.softplus(-differences)[better].mean()


torch.manual_seed(0)
documents = torch.randn(640, 7)
relevance = (documents[:, 0] + documents[:, 1].abs() + 0.2 * torch.randn(640)).mul(2).round()
loader = DataLoader(TensorDataset(documents[:512], relevance[:512]), batch_size=32, shuffle=True)
model = nn.Sequential(nn.Linear(7, 32), nn.ReLU(), nn.Linear(32, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(6):
    model.train()
    for features, grades in loader:
        loss = ranknet(model(features).squeeze(1), grades)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        scores, grades = model(documents[512:]).squeeze(1), relevance[512:]
        ordered = ((scores[:, None] > scores[None, :]) == (grades[:, None] > grades[None, :])).float().mean()
    print(f"epoch {epoch}: loss {loss.item():.4f}, pairs in order {ordered:.3f}")
