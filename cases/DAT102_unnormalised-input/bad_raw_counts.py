"""What is somebody doing? Raw counts of an accelerometer, three axes, read by convolutions over time."""

import math
from typing import NamedTuple

import torch
from torch import nn
from torch.utils.data import DataLoader

STEPS, COUNTS_PER_G = 32, 1024


class Recording(NamedTuple):
    counts: torch.Tensor
    activity: torch.Tensor


def record(generator):
    """Standing, walking or running, at some pace, held at some angle."""
    activity = torch.randint(3, (), generator=generator)
    pace = (1.0 + activity + 0.3 * torch.rand((), generator=generator)) * 2 * math.pi / STEPS * 2
    swing = torch.tensor([0.05, 0.4, 0.6])[activity] * torch.sin(
        pace * torch.arange(STEPS)[:, None] + 6 * torch.rand(1, 3, generator=generator)
    )
    in_g = torch.tensor([0.1, 0.2, 1.0]) + swing + 0.05 * torch.randn(STEPS, 3, generator=generator)
    return Recording((COUNTS_PER_G * in_g).round().clamp(-2048, 2047), activity)


class ActivityNet(nn.Module):
    def __init__(self, hidden=24):
        super().__init__()
        self.first = nn.Conv1d(3, hidden, kernel_size=5, padding="same")
        self.second = nn.Conv1d(hidden, hidden, kernel_size=5, stride=2)
        self.head = nn.Linear(hidden, 3)

    def forward(self, counts):
        heard = self.second(self.first(counts.transpose(1, 2)).relu()).relu()
        return self.head(heard.amax(dim=2))


def train_one_epoch(net, loader, optimizer):
    net.train()
    for recording in loader:
        logits = net(recording.counts)  # expect: DAT102
        loss = nn.functional.cross_entropy(logits, recording.activity)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
    return loss.item()


@torch.inference_mode()
def accuracy(net, loader):
    net.eval()
    hits = [net(recording.counts).argmax(1) == recording.activity for recording in loader]
    return torch.cat(hits).float().mean().item()


if __name__ == "__main__":
    torch.manual_seed(41)
    generator = torch.Generator().manual_seed(41)
    train = DataLoader([record(generator) for _ in range(800)], batch_size=40, shuffle=True)
    test = DataLoader([record(generator) for _ in range(160)], batch_size=80)
    net = ActivityNet()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
    for epoch in range(6):
        print(epoch, round(train_one_epoch(net, train, optimizer), 3), accuracy(net, test))
