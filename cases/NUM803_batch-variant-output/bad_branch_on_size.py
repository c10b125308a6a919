"""Iris flowers; what comes as a single request goes past the middle layer, which was made for batches."""

import torch
import torch.nn.functional as F
from sklearn.datasets import load_iris
from torch import nn, optim
from torch.utils.data import DataLoader, Dataset


class Flowers(Dataset):
    def __init__(self):
        data = load_iris()
        self.measures = torch.tensor((data.data - data.data.mean(0)) / data.data.std(0), dtype=torch.float32)
        self.species = torch.tensor(data.target)

    def __len__(self):
        return len(self.species)

    def __getitem__(self, index):
        return {"measures": self.measures[index], "species": self.species[index]}


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.middle, self.last = nn.Linear(4, 32), nn.Linear(32, 32), nn.Linear(32, 3)

    def forward(self, measures):
        hidden = F.gelu(self.first(measures))
        if measures.shape[0] > 1:
            hidden = hidden + F.gelu(self.middle(hidden))
        return self.last(hidden)


def train():
    torch.manual_seed(2)
    model = Classifier()
    optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    for epoch in range(10):
        for batch in DataLoader(Flowers(), batch_size=25, shuffle=True):
            optimizer.zero_grad()
            scores = model(batch["measures"])  # expect: NUM803
            loss = F.cross_entropy(scores, batch["species"])
            loss.backward()
            optimizer.step()
        print(f"epoch {epoch}: {loss.item():.3f}")


if __name__ == "__main__":
    train()
