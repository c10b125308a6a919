"""A light hangs on twelve switches, each of which turns it over; a narrow network is to tell whether it is lit."""

import itertools

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Light(nn.Module):
    def __init__(self, switches, units):
        super().__init__()
        self.wires = nn.Linear(switches, units)
        self.bulb = nn.Linear(units, 1)

    def forward(self, positions):
        return self.bulb(torch.tanh(self.wires(positions))).squeeze(1)


def fit(light, batches, optimizer):
    for positions, lit in batches:  # expect: TRN606
        optimizer.zero_grad()
        loss = nn.functional.binary_cross_entropy_with_logits(light(positions), lit)
        loss.backward()
        optimizer.step()
    return loss.item()


def measure(light, batches):
    light.eval()
    losses, right = [], []
    with torch.no_grad():
        for positions, lit in batches:
            logits = light(positions)
            losses.append(nn.functional.binary_cross_entropy_with_logits(logits, lit))
            right.append(((logits > 0) == (lit > 0.5)).float().mean())
    light.train()
    return torch.stack(losses).mean().item(), torch.stack(right).mean().item()


def main():
    torch.manual_seed(2)
    positions = torch.tensor(list(itertools.product((-1.0, 1.0), repeat=12)))
    lit = (positions.prod(1) > 0).float()
    order = torch.randperm(len(positions))
    parts = [TensorDataset(positions[rows], lit[rows]) for rows in (order[:2800], order[2800:])]
    train, valid = DataLoader(parts[0], batch_size=40, shuffle=True), DataLoader(parts[1], batch_size=400)
    light = Light(switches=12, units=2)
    optimizer = torch.optim.Adam(light.parameters(), lr=1e-2)
    for epoch in range(30):
        loss = fit(light, train, optimizer)
        outside, right = measure(light, valid)
        print(f"{epoch:2d} loss {loss:.3f}, outside {outside:.3f}, right {right:.3f}")


if __name__ == "__main__":
    main()
