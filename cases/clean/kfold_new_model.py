"""Right though unusual: a new model and a new optimiser for each fold."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Subset, TensorDataset


def build():
    return nn.Sequential(nn.Linear(6, 24), nn.ReLU(), nn.Dropout(0.2), nn.Linear(24, 2))


def train_fold(dataset, train_rows, test_rows, epochs=5):
    model = build()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for _ in range(epochs):
        model.train()
        for x, y in DataLoader(Subset(dataset, train_rows), batch_size=32, shuffle=True):
            loss = nn.functional.cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    model.eval()
    hits = 0
    with torch.no_grad():
        for x, y in DataLoader(Subset(dataset, test_rows), batch_size=64):
            hits += (model(x).argmax(1) == y).sum().item()
    return hits / len(test_rows)


torch.manual_seed(0)
x = torch.randn(400, 6)
dataset = TensorDataset(x, (x[:, 0] + x[:, 1] * x[:, 2] > 0).long())
order = torch.randperm(len(dataset)).tolist()
scores = []
for k in range(4):
    test_rows = order[k::4]
    train_rows = [row for row in order if row not in set(test_rows)]
    scores.append(train_fold(dataset, train_rows, test_rows))
    print(f"fold {k}: accuracy {scores[-1]:.3f}")
print(f"mean {sum(scores) / len(scores):.3f}")
