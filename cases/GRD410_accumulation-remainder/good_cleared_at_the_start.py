"""Digits by a convolutional network; every sixth small batch ends a step, and the rate is lowered along the way."""

from contextlib import contextmanager

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split

GROUP = 6


@contextmanager
def evaluating(module):
    module.eval()
    with torch.no_grad():
        yield module
    module.train()


def build():
    return nn.Sequential(
        nn.Conv2d(1, 10, 3, padding=1),
        nn.BatchNorm2d(10),
        nn.LeakyReLU(0.1),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(160, 10),
    )


def pass_over(net, loader, optimiser, schedule):
    summed = 0.0
    last_of_group = GROUP - 1
    for position, (picture, digit) in enumerate(loader):
        place = position % GROUP
        if place == 0:
            optimiser.zero_grad()
        loss = nn.functional.nll_loss(net(picture).log_softmax(1), digit)
        torch.autograd.backward(loss / min(GROUP, len(loader) - position + place))
        if place == last_of_group or position + 1 == len(loader):
            optimiser.step()
            schedule.step()
        summed += float(loss.detach())
    return summed / len(loader)


if __name__ == "__main__":
    torch.manual_seed(4)
    digits = load_digits()
    pictures = torch.tensor(digits.images, dtype=torch.float32)[:, None] / 8 - 1
    whole = TensorDataset(pictures, torch.tensor(digits.target))
    train, held_out = random_split(whole, [1400, len(whole) - 1400])
    loader = DataLoader(train, batch_size=50, shuffle=True, drop_last=True)
    net = build()
    optimiser = torch.optim.NAdam(net.parameters(), lr=4e-3)
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimiser, gamma=0.99)
    for epoch in range(6):
        mean = pass_over(net, loader, optimiser, schedule)
        with evaluating(net) as judged:
            rows = [held_out[k] for k in range(len(held_out))]
            guess = judged(torch.stack([picture for picture, _ in rows])).argmax(1)
            right = (guess == torch.stack([digit for _, digit in rows])).float().mean()
        print(f"{epoch}: loss {mean:.3f}, accuracy {right:.3f}")
