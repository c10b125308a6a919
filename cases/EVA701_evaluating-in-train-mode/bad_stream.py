"""The next value of a noisy tide gauge and its hourly wind: a transformer layer, and batches without end."""

import torch
from torch import nn
from torch.optim.lr_scheduler import OneCycleLR

torch.manual_seed(17)
WINDOW, STEPS = 16, 120

hours = torch.arange(1200) / 6.0
wind = torch.randn(1200).cumsum(0)
wind = (wind - wind.mean()) / wind.std()
tide = torch.sin(hours) + 0.5 * torch.sin(1.9 * hours) + 0.3 * wind + 0.05 * torch.randn(1200)


class Forecaster(nn.Module):
    def __init__(self, width=24):
        super().__init__()
        self.lift = nn.Linear(2, width)
        self.place = nn.Parameter(0.02 * torch.randn(WINDOW, width))
        self.layer = nn.TransformerEncoderLayer(width, nhead=4, dim_feedforward=48, dropout=0.2, batch_first=True)
        self.read = nn.Linear(width, 1)

    def forward(self, level, gusts):
        tokens = self.lift(torch.stack([level, gusts], dim=-1)) + self.place
        return self.read(self.layer(tokens)[:, -1]).squeeze(-1)


def windows(starts):
    span = starts[:, None] + torch.arange(WINDOW)
    return tide[span], wind[span], tide[starts + WINDOW]


def batches(first, last, size):
    while True:
        yield windows(torch.randint(first, last - WINDOW, (size,)))


forecaster = Forecaster()
optimizer = torch.optim.AdamW(forecaster.parameters(), lr=3e-3)
schedule = OneCycleLR(optimizer, max_lr=6e-3, total_steps=STEPS)
source = batches(0, 900, 32)

step = 0
while step < STEPS:
    level, gusts, following = next(source)
    loss = nn.functional.smooth_l1_loss(forecaster(level, gusts), following)
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(forecaster.parameters(), 1.0)
    optimizer.step()
    schedule.step()
    step += 1
    if step % 40 == 0:
        print(f"step {step}: {loss.item():.4f}")

with torch.no_grad():
    level, gusts, following = windows(torch.arange(900, 1200 - WINDOW))
    error = (forecaster(level, gusts) - following).abs().mean()  # expect: EVA701
print(f"mean error of the last months {error:.3f}")
