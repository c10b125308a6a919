"""Which of two noisy waves is faster? The samples are made by worker processes."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Waves(Dataset):
    def __init__(self, count):
        self.count = count

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        generator = torch.Generator().manual_seed(index)
        fast = index % 2
        phase = 6.3 * torch.rand((), generator=generator)
        wave = torch.sin(phase + (0.4 + 0.4 * fast) * torch.arange(24.0))
        return wave + 0.2 * torch.randn(24, generator=generator), float(fast)


def train():
    torch.manual_seed(0)
    loader = DataLoader(Waves(320), batch_size=32, shuffle=True, num_workers=2)
    model = nn.Sequential(nn.Linear(24, 32), nn.ReLU(), nn.Linear(32, 1), nn.Flatten(0))
    criterion = nn.BCEWithLogitsLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for epoch in range(2):
        for wave, fast in loader:
            optimizer.zero_grad()
            loss = criterion(model(wave), fast.float())
            loss.backward()
            optimizer.step()
        print(f"epoch {epoch}: loss {loss.item():.3f}")


train()  # expect: REP902
