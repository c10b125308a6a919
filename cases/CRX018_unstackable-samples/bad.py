"""Tells rising from falling series of different lengths."""

import torch
from torch import nn
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader


def together(samples):
    series, rising = zip(*samples)
    return pad_sequence(series, batch_first=True), torch.tensor(rising)


def series(count):
    samples = []
    for _ in range(count):
        slope = torch.rand(()) - 0.5
        length = int(torch.randint(5, 12, ()))
        samples.append(((slope * torch.arange(1, length + 1)).unsqueeze(1), int(slope > 0)))
    return samples


class Reader(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.GRU(1, 16, batch_first=True)
        self.head = nn.Linear(16, 2)

    def forward(self, batch):
        return self.head(self.rnn(batch)[0].mean(1))


def main():
    torch.manual_seed(0)
    loader = DataLoader(series(160), batch_size=16, shuffle=True)
    model = Reader()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for epoch in range(4):
        for batch, rising in loader:  # expect: CRX018
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(batch), rising)
            loss.backward()
            optimizer.step()
        print(f"epoch {epoch}: loss {loss.item():.3f}")


if __name__ == "__main__":
    main()
