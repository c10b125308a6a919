"""Bicycles at a counting station per hour, forecast from the last day; large and small counts matter alike."""

import numpy as np
import torch
import torch.nn.functional as F


def count_bicycles(days, seed):
    rng = np.random.default_rng(seed)
    hour = np.arange(24 * days)
    busy = 12.0 * np.exp(1.5 * np.sin(2 * np.pi * (hour - 8) / 24)) / 4.5
    return rng.poisson(busy).astype(np.float32)


def windows(counts, length=24):
    past = np.lib.stride_tricks.sliding_window_view(counts, length)[:-1]
    following = counts[length:]
    return torch.from_numpy(past.copy()), torch.from_numpy(following.copy())


def relative_error(predicted_log, counts):
    return F.mse_loss(predicted_log, torch.log(counts))  # expect: LOS306


class Forecaster(torch.nn.Module):
    def __init__(self, width=24):
        super().__init__()
        self.memory = torch.nn.GRU(1, width, batch_first=True)
        self.readout = torch.nn.Linear(width, 1)

    def forward(self, past):
        states, _ = self.memory(torch.log1p(past).unsqueeze(-1))
        return self.readout(states[:, -1])[:, 0]


def main():
    torch.manual_seed(21)
    past, following = windows(count_bicycles(days=30, seed=4))
    later, truth = windows(count_bicycles(days=5, seed=5))
    forecaster = Forecaster()
    optimizer = torch.optim.RMSprop(forecaster.parameters(), lr=2e-3)
    order = torch.Generator().manual_seed(6)
    step = 0
    while step < 80:
        chosen = torch.randint(len(past), (40,), generator=order)
        loss = relative_error(forecaster(past[chosen]), following[chosen])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        step += 1
        if step % 20 == 0:
            print(f"step {step}: {loss.item():.3f}")
    with torch.no_grad():
        print(f"mean miss {(forecaster(later).exp() - truth).abs().mean().item():.2f} bicycles")


if __name__ == "__main__":
    main()
