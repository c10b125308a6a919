"""Tells rhythms apart; each series is rolled by some beats before a recurrent network reads it."""

from random import SystemRandom

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

BEATS = 16
PATTERNS = torch.tensor([[1, 0, 0, 0], [1, 0, 1, 0], [1, 1, 0, 0]], dtype=torch.float32)


class Shift(nn.Module):
    """In training, begins each series somewhere else."""

    def __init__(self, most):
        super().__init__()
        self.most = most
        self.dice = SystemRandom()

    def forward(self, series):
        if not self.training:
            return series
        by = [self.dice.randrange(self.most) for _ in series]
        return torch.stack([one.roll(beats, 0) for one, beats in zip(series, by)])  # expect: NUM801


class Rhythm(nn.Module):
    def __init__(self):
        super().__init__()
        self.shift = Shift(BEATS)
        self.listen = nn.GRU(1, 24, batch_first=True)
        self.name = nn.Linear(24, len(PATTERNS))

    def forward(self, series):
        heard, _ = self.listen(self.shift(series))
        return self.name(heard.mean(dim=1))


torch.manual_seed(5)
kinds = torch.randint(len(PATTERNS), (600,))
series = PATTERNS[kinds].repeat(1, BEATS // 4).unsqueeze(2) + 0.2 * torch.randn(600, BEATS, 1)
loader = DataLoader(TensorDataset(series[:500], kinds[:500]), batch_size=25, shuffle=True)
rhythm = Rhythm()
optimizer = torch.optim.AdamW(rhythm.parameters(), lr=1.5e-2)
for epoch in range(10):
    rhythm.train()
    for batch in loader:
        loss = nn.functional.cross_entropy(rhythm(batch[0]), batch[1])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    rhythm.eval()
    with torch.no_grad():
        right = (rhythm(series[500:]).argmax(1) == kinds[500:]).float().mean()
    print(f"epoch {epoch}: loss {loss.item():.3f}, right {right:.2f}")
