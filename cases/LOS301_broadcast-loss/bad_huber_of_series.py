"""Tomorrow's water level from the last two weeks and the rain that is forecast."""

import torch
import torch.nn as nn


class River:
    def __init__(self, days, seed):
        g = torch.Generator().manual_seed(seed)
        self.rain = torch.rand(days, generator=g) * 2 - 1
        level = [torch.tensor(0.0)]
        for day in range(1, days):
            level.append(0.8 * level[-1] + 0.6 * self.rain[day])
        self.level = torch.stack(level)

    def sample(self, count, generator, length=14):
        ends = torch.randint(length, len(self.level), (count,), generator=generator)
        days = ends[:, None] - torch.arange(length, 0, -1)
        return self.level[days], self.rain[ends], self.level[ends]


class LevelNet(nn.Module):
    def __init__(self, width=20):
        super().__init__()
        self.past = nn.LSTM(1, width, batch_first=True)
        self.rain = nn.Linear(1, width)
        self.out = nn.Linear(2 * width, 1)

    def forward(self, past, rain):
        _, (last, _) = self.past(past.unsqueeze(-1))
        both = torch.cat([last[-1], torch.tanh(self.rain(rain.unsqueeze(-1)))], dim=1)
        return self.out(both)


def main():
    torch.manual_seed(15)
    generator = torch.Generator().manual_seed(16)
    river = River(days=700, seed=17)
    net = LevelNet()
    criterion = nn.HuberLoss(delta=1.0)
    optimizer = torch.optim.Adam(net.parameters(), lr=5e-3)
    running = None
    for step in range(120):
        past, rain, level = river.sample(32, generator)
        optimizer.zero_grad()
        loss = criterion(net(past, rain), level)  # expect: LOS301
        loss.backward()
        optimizer.step()
        running = loss.item() if running is None else 0.9 * running + 0.1 * loss.item()
        if step % 30 == 29:
            print(f"step {step + 1}: {running:.4f}")
    net.eval()
    with torch.no_grad():
        past, rain, level = river.sample(100, generator)
        print(f"mean miss {(net(past, rain).squeeze(-1) - level).abs().mean().item():.3f} m")


if __name__ == "__main__":
    main()
