"""Which command was spoken? A GRU over loudness in bands, with a gate that turns gradients round on request."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

COMMANDS = 6


def recordings(count, seed):
    g = torch.Generator().manual_seed(seed)
    command = torch.randint(COMMANDS, (count,), generator=g)
    time = torch.arange(16)[:, None] * (command[:, None, None] + 1) / 4
    loudness = torch.sin(time + torch.arange(5)) + 0.3 * torch.randn(count, 16, 5, generator=g)
    return TensorDataset(loudness, command)


class Gate(nn.Module):
    def __init__(self, strength):
        super().__init__()
        self.strength = strength

    def forward(self, x):
        if x.requires_grad:
            x.register_hook(lambda gradient: -self.strength * gradient)
        return x


class Listener(nn.Module):
    def __init__(self, width=40):
        super().__init__()
        self.gru = nn.GRU(5, width, batch_first=True)
        self.head = nn.Sequential(nn.Linear(width, 32), nn.Tanh(), nn.Linear(32, COMMANDS), Gate(0.5))

    def forward(self, loudness):
        _, last = self.gru(loudness)
        return self.head(last.squeeze(0))


class Trainer:
    def __init__(self, model, rate):
        self.model = model
        self.optimizer = torch.optim.Adam(model.parameters(), lr=rate)
        self.criterion = nn.CrossEntropyLoss()

    def run(self, train, valid, epochs):
        for epoch in range(epochs):
            self.model.train()
            for number, (loudness, command) in enumerate(train):  # expect: TRN601
                self.optimizer.zero_grad()
                loss = self.criterion(self.model(loudness), command)
                loss.backward()
                self.optimizer.step()
                if number == 0:
                    print(f"epoch {epoch}: loss {loss.item():.3f}, right {self.accuracy(valid):.3f}")

    def accuracy(self, loader):
        self.model.eval()
        with torch.no_grad():
            hits = sum((self.model(x).argmax(1) == y).sum().item() for x, y in loader)
        self.model.train()
        return hits / len(loader.dataset)


if __name__ == "__main__":
    torch.manual_seed(8)
    train = DataLoader(recordings(720, 1), batch_size=48, shuffle=True)
    valid = DataLoader(recordings(180, 2), batch_size=90)
    Trainer(Listener(), rate=2e-3).run(train, valid, epochs=5)
