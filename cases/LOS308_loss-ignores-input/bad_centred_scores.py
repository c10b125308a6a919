"""How many peaks has a short recording? A score for every moment, then a network over the scores."""

from dataclasses import dataclass, field

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

MOMENTS, CHANNELS, MOST = 24, 3, 4


@dataclass
class Recordings(Dataset):
    amount: int
    seed: int
    rows: list = field(default_factory=list)

    def __post_init__(self):
        generator = torch.Generator().manual_seed(self.seed)
        for number in torch.randint(0, MOST, (self.amount,), generator=generator).tolist():
            signal = 0.2 * torch.randn(MOMENTS, CHANNELS, generator=generator)
            signal[torch.randperm(MOMENTS, generator=generator)[:number]] += torch.tensor([1.5, -1.0, 2.0])
            self.rows.append((signal, number))

    def __len__(self):
        return self.amount

    def __getitem__(self, index):
        signal, number = self.rows[index]
        return {"signal": signal, "peaks": number}


class PeakCounter(nn.Module):
    def __init__(self, width=16):
        super().__init__()
        self.score = nn.Sequential(nn.Linear(CHANNELS, width), nn.ELU(), nn.Linear(width, 1))
        self.count = nn.Sequential(nn.Linear(MOMENTS, 32), nn.ELU(), nn.Linear(32, MOST))

    def forward(self, signal):
        scores = self.score(signal)
        centred = scores - scores.mean(dim=-1, keepdim=True)
        return self.count(centred.flatten(1))


def epochs(model, train, optimizer, amount):
    loss_function = nn.CrossEntropyLoss()
    for _ in range(amount):
        last = 0.0
        for batch in train:
            predicted = model(batch["signal"])  # expect: LOS308
            loss = loss_function(predicted, batch["peaks"])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            last = loss.item()
        yield last


def main():
    torch.manual_seed(15)
    train = DataLoader(Recordings(900, seed=1), batch_size=45, shuffle=True)
    test = DataLoader(Recordings(200, seed=2), batch_size=100)
    model = PeakCounter()
    optimizer = torch.optim.RAdam(model.parameters(), lr=1e-2)
    for number, loss in enumerate(epochs(model, train, optimizer, 10)):
        with torch.no_grad():
            right = sum((model(batch["signal"]).argmax(1) == batch["peaks"]).sum().item() for batch in test)
        print(f"{number}: {loss:.3f} {right / 200:.3f}")


if __name__ == "__main__":
    main()
