"""Keystrokes of typists: a convolution whose output layer finds out its number of inputs at the first batch."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Keystrokes(Dataset):
    def __init__(self, count, seed):
        g = torch.Generator().manual_seed(seed)
        self.typist = torch.randint(5, (count,), generator=g)
        beat = torch.arange(40) * (0.2 + 0.15 * self.typist[:, None])
        phase = 6.28 * torch.rand(count, 1, generator=g)
        self.pressure = torch.stack([torch.sin(beat + phase), torch.cos(2 * beat + phase)], dim=1)
        self.pressure += 0.2 * torch.randn(self.pressure.shape, generator=g)

    def __len__(self):
        return len(self.typist)

    def __getitem__(self, index):
        return {"pressure": self.pressure[index], "typist": self.typist[index]}


class TypistNet(nn.Module):
    def __init__(self, typists):
        super().__init__()
        self.typists = typists
        self.features = nn.Sequential(
            nn.Conv1d(2, 12, 5, stride=2), nn.BatchNorm1d(12), nn.ReLU(), nn.Conv1d(12, 20, 5, stride=2), nn.ReLU()
        )
        self.output = None

    def forward(self, pressure):
        h = self.features(pressure).flatten(1)
        if self.output is None:
            self.output = nn.Linear(h.shape[1], self.typists)
        return self.output(h)


def main():
    torch.manual_seed(4)
    train = DataLoader(Keystrokes(800, seed=1), batch_size=40, shuffle=True)
    test = DataLoader(Keystrokes(200, seed=2), batch_size=100)
    net = TypistNet(typists=5)
    optimizer = torch.optim.Adam(net.parameters(), lr=2e-3)  # expect: OPT501
    for epoch in range(5):
        net.train()
        for batch in train:
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(net(batch["pressure"]), batch["typist"])
            loss.backward()
            optimizer.step()
        net.eval()
        with torch.no_grad():
            hits = [(net(batch["pressure"]).argmax(1) == batch["typist"]).float().mean() for batch in test]
        print(f"epoch {epoch}: loss {loss.item():.3f}, right {torch.stack(hits).mean().item():.3f}")


if __name__ == "__main__":
    main()
