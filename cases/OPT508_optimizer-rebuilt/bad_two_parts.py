"""Wine cultivars, with one rate for the encoder and another for the classifier; batches come as dictionaries."""

import torch
from sklearn.datasets import load_wine
from sklearn.preprocessing import scale
from torch import nn


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(13, 20), nn.ELU())
        self.head = nn.Linear(20, 3)

    def forward(self, measurements):
        return self.head(self.encoder(measurements))


def batches(measurements, cultivars, size):
    for rows in torch.randperm(len(cultivars)).split(size):
        yield {"measurements": measurements[rows], "cultivar": cultivars[rows]}


def groups(model):
    return [
        {"params": model.encoder.parameters(), "lr": 1e-3},
        {"params": model.head.parameters(), "lr": 5e-3},
    ]


torch.manual_seed(3)
wine = load_wine()
measurements = torch.tensor(scale(wine.data)).float()
cultivars = torch.tensor(wine.target)
model = Classifier()

for epoch in range(12):
    right = 0
    optimizer = torch.optim.RMSprop(groups(model))  # expect: OPT508
    for batch in batches(measurements, cultivars, 18):
        scores = model(batch["measurements"])
        loss = nn.functional.cross_entropy(scores, batch["cultivar"])
        model.zero_grad()
        loss.backward()
        optimizer.step()
        right += (scores.argmax(dim=1) == batch["cultivar"]).sum().item()
    print(f"epoch {epoch}: {right / len(cultivars):.3f} right")
