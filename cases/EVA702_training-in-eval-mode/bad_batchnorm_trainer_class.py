"""Bearing faults from vibration, a one-dimensional CNN with BatchNorm, in a trainer class with dict batches."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Vibrations(Dataset):
    def __init__(self, count, seed):
        generator = torch.Generator().manual_seed(seed)
        self.fault = torch.randint(0, 3, (count,), generator=generator)
        time = torch.arange(48) / 48
        noise = 0.3 * torch.randn(count, 1, 48, generator=generator)
        self.signal = torch.sin(6.28 * (2 + 3 * self.fault[:, None, None]) * time) + noise

    def __len__(self):
        return len(self.fault)

    def __getitem__(self, index):
        return {"signal": self.signal[index], "fault": self.fault[index]}


class Trainer:
    def __init__(self, model, train_loader, valid_loader):
        self.model, self.train_loader, self.valid_loader = model, train_loader, valid_loader
        self.criterion = nn.CrossEntropyLoss()
        self.optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)

    def fit(self, epochs):
        for epoch in range(epochs):
            for batch in self.train_loader:
                scores = self.model(batch["signal"])  # expect: EVA702
                loss = self.criterion(scores, batch["fault"])
                self.optimizer.zero_grad()
                loss.backward()
                self.optimizer.step()
            print(epoch, self.validate())

    def validate(self):
        self.model.eval()
        total = 0.0
        with torch.inference_mode():
            for batch in self.valid_loader:
                total += self.criterion(self.model(batch["signal"]), batch["fault"]).item()
        return total / len(self.valid_loader)


torch.manual_seed(0)
model = nn.Sequential(
    nn.Conv1d(1, 8, 7, padding=3),
    nn.BatchNorm1d(8),
    nn.ReLU(),
    nn.AdaptiveMaxPool1d(4),
    nn.Flatten(),
    nn.Linear(32, 3),
)
loaders = [DataLoader(Vibrations(n, seed), batch_size=30, shuffle=seed == 1) for n, seed in ((360, 1), (90, 2))]
Trainer(model, *loaders).fit(epochs=5)
