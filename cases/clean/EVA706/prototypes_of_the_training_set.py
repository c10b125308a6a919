"""Right though unusual: the prototype of each class is computed anew before an epoch, in eval mode, over training rows.

The epoch pulls its features to these prototypes; a held-out row belongs to the nearest.
"""

import torch
from sklearn.datasets import load_wine
from torch import nn


class Prototypical(nn.Module):
    def __init__(self, features, classes):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(features, 32), nn.ReLU(), nn.Dropout(0.2), nn.Linear(32, 8))
        self.register_buffer("prototypes", torch.randn(classes, 8))

    def forward(self, x, labels=None, gather=None):
        code = self.encoder(x)
        if gather is not None:
            gather["sum"].index_add_(0, labels, code)
            gather["count"].index_add_(0, labels, torch.ones(len(labels)))
        return -torch.cdist(code, self.prototypes).square()

    @torch.no_grad()
    def renew(self, batches):
        was = self.training
        self.eval()
        gather = {"sum": torch.zeros_like(self.prototypes), "count": torch.zeros(len(self.prototypes))}
        loss = 0.0
        for x, labels in batches:
            loss += nn.functional.cross_entropy(self(x, labels, gather), labels).item()
        self.prototypes.copy_(gather["sum"] / gather["count"].clamp(min=1).unsqueeze(1))
        self.train(was)
        return loss / len(batches)


torch.manual_seed(0)
torch.set_num_threads(1)
data = load_wine()
x = torch.tensor(data.data, dtype=torch.float32)
y = torch.tensor(data.target)
order = torch.randperm(len(x))
train, test = order[:130], order[130:]
x = (x - x[train].mean(0)) / x[train].std(0)
model = Prototypical(x.shape[1], 3)
optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
batches = [(x[rows], y[rows]) for rows in train.split(26)]
for epoch in range(8):
    before = model.renew(batches)
    for inputs, labels in batches:
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(inputs), labels).backward()
        optimizer.step()
    print(f"epoch {epoch}: with the old prototypes {before:.3f}")
model.renew(batches)
model.eval()
with torch.no_grad():
    print("accuracy", (model(x[test]).argmax(1) == y[test]).float().mean().item())
