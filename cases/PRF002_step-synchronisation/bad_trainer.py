"""Iris told apart by a class-based trainer that counts hits on the host."""

import torch
from sklearn.datasets import load_iris
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Trainer:
    def __init__(self, device):
        self.device = device
        self.model = nn.Sequential(nn.BatchNorm1d(4), nn.Linear(4, 16), nn.Tanh(), nn.Linear(16, 3)).to(device)
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=5e-3)
        self.hits = 0

    def step(self, batch):
        flowers, kinds = (part.to(self.device) for part in batch)
        scores = self.model(flowers)
        self.optimizer.zero_grad()
        nn.functional.cross_entropy(scores, kinds).backward()
        self.optimizer.step()
        predicted = scores.argmax(dim=1).cpu()  # expect: PRF002
        self.hits += sum(int(guess == kind) for guess, kind in zip(predicted, batch[1], strict=True))

    def fit(self, loader, epochs):
        for epoch in range(epochs):
            self.hits = 0
            for batch in loader:
                self.step(batch)
            print(f"epoch {epoch}: accuracy {self.hits / len(loader.dataset):.3f}")


def main():
    torch.manual_seed(1)
    table = load_iris()
    flowers = TensorDataset(torch.tensor(table.data, dtype=torch.float32), torch.tensor(table.target))
    Trainer("cuda" if torch.cuda.is_available() else "cpu").fit(DataLoader(flowers, batch_size=15, shuffle=True), 20)


if __name__ == "__main__":
    main()
