"""Names of three classes for four: the loss is right, the report's list is too short."""
import torch
from torch import nn

torch.manual_seed(0)
NAMES = ["low", "middle", "high"]
x = torch.randn(400, 4)
y = torch.bucketize(x[:, 0], torch.tensor([-0.7, 0.0, 0.7]))
model = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 4))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for rows in torch.randperm(400).split(40):
    loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    hits = {}
    for label in y[rows].tolist():
        hits[NAMES[label]] = hits.get(NAMES[label], 0) + 1  # expect: CRX000
