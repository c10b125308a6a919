"""Tomorrow's temperature from a week of weather, read from a file with commas."""

import io

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def weather_file(days=420):
    rng = np.random.default_rng(17)
    day = np.arange(days)
    warmth = np.sin(day / 15) + 0.1 * rng.normal(size=days)
    wind = 0.5 * np.cos(day / 15) + 0.2 * rng.normal(size=days)
    lines = [f"{a:.3f},{b:.3f}" for a, b in zip(warmth, wind, strict=True)]
    for gap in rng.choice(days, size=12, replace=False):
        lines[gap] = lines[gap].split(",")[0] + ","
    return io.StringIO("warmth,wind\n" + "\n".join(lines))


def weeks(table, length=7):
    past = np.stack([table[start : start + length] for start in range(len(table) - length)])
    return TensorDataset(torch.tensor(past, dtype=torch.float32), torch.tensor(table[length:, :1], dtype=torch.float32))


class Forecast(nn.Module):
    def __init__(self):
        super().__init__()
        self.past = nn.GRU(2, 16, batch_first=True)
        self.next = nn.Linear(16, 1)

    def forward(self, week):
        _, state = self.past(week)
        return self.next(state[-1])


def endless(loader):
    while True:
        for pair in loader:
            yield pair


def main(steps=100):
    torch.manual_seed(17)
    table = np.genfromtxt(weather_file(), delimiter=",", skip_header=1)
    source = endless(DataLoader(weeks(table), batch_size=24, shuffle=True))
    forecast = Forecast()
    optimizer = torch.optim.RMSprop(forecast.parameters(), lr=2e-3)
    for step in range(steps):
        week, following = next(source)
        loss = nn.functional.smooth_l1_loss(forecast(week), following)  # expect: DAT101
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        if step % 20 == 19:
            print(step + 1, loss.item())


main()
