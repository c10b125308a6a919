"""Tumours from a table; features are normalised inside the network."""

import torch
import torch.nn.functional as F
from sklearn.datasets import load_breast_cancer
from torch import nn
from torch.utils.data import DataLoader, Dataset, random_split


class Tumours(Dataset):
    def __init__(self):
        table = load_breast_cancer()
        self.features = torch.tensor(table.data, dtype=torch.float32).log1p()
        self.benign = torch.tensor(table.target, dtype=torch.float32)

    def __len__(self):
        return len(self.benign)

    def __getitem__(self, index):
        return {"features": self.features[index], "benign": self.benign[index]}


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm1d(30)
        self.hidden = nn.Linear(30, 16)
        self.output = nn.Linear(16, 1)

    def forward(self, features):
        return self.output(torch.tanh(self.hidden(self.norm(features)))).squeeze(1)


class Trainer:
    def __init__(self):
        torch.manual_seed(11)
        patients = Tumours()
        self.fit_on, self.check_on = random_split(patients, [451, len(patients) - 451])
        self.network = Network()
        self.optimizer = torch.optim.AdamW(self.network.parameters(), lr=1e-2)

    def run(self, epochs):
        for _ in range(epochs):
            self.network.train()
            for number, batch in enumerate(DataLoader(self.fit_on, batch_size=64, shuffle=True)):  # expect: DAT108
                loss = F.binary_cross_entropy_with_logits(self.network(batch["features"]), batch["benign"])
                self.optimizer.zero_grad()
                loss.backward()
                self.optimizer.step()
        return self.accuracy()

    @torch.no_grad()
    def accuracy(self):
        self.network.eval()
        batch = self.check_on.dataset[self.check_on.indices]
        return ((self.network(batch["features"]) > 0) == batch["benign"].bool()).float().mean().item()


print(Trainer().run(4))
