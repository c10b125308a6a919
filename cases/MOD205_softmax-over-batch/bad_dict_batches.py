"""Iris flowers from dictionaries, with a trainer class and gradients accumulated over two batches."""

import torch
from sklearn.datasets import load_iris
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Flowers(Dataset):
    def __init__(self):
        table = load_iris()
        self.features = torch.tensor(table.data, dtype=torch.float32)
        self.features = (self.features - self.features.mean(0)) / self.features.std(0)
        self.species = torch.tensor(table.target)

    def __len__(self):
        return len(self.species)

    def __getitem__(self, index):
        return {"features": self.features[index], "species": self.species[index]}


class Classifier(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(4, hidden), nn.GELU(), nn.Linear(hidden, hidden), nn.GELU())
        self.head = nn.Linear(hidden, 3)

    def forward(self, features):
        scores = self.head(self.body(features))
        return torch.log(scores.softmax(0))  # expect: MOD205


class Trainer:
    def __init__(self, model, loader, accumulate=2):
        self.model = model
        self.loader = loader
        self.accumulate = accumulate
        self.optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3)
        self.criterion = nn.NLLLoss()

    def epoch(self):
        total = 0.0
        for number, batch in enumerate(self.loader, start=1):
            loss = self.criterion(self.model(batch["features"]), batch["species"])
            (loss / self.accumulate).backward()
            if number % self.accumulate == 0:
                self.optimizer.step()
                self.optimizer.zero_grad()
            total += loss.item()
        return total / len(self.loader)


torch.manual_seed(11)
trainer = Trainer(Classifier(16), DataLoader(Flowers(), batch_size=25, shuffle=True))
for epoch in range(10):
    print(f"epoch {epoch}: loss {trainer.epoch():.3f}")
