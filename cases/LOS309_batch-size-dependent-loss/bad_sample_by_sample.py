"""Length and tilt of needles in small pictures; each picture's error is taken by itself, then all are added up."""

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset


class Needles(Dataset):
    def __init__(self, count):
        axis = torch.linspace(-1, 1, 12)
        self.half = 0.3 + 0.6 * torch.rand(count)
        self.tilt = 3 * torch.rand(count) - 1.5
        along = axis * self.tilt.cos()[:, None, None] + axis[:, None] * self.tilt.sin()[:, None, None]
        across = axis[:, None] * self.tilt.cos()[:, None, None] - axis * self.tilt.sin()[:, None, None]
        beyond = (along.abs() - self.half[:, None, None]).clamp_min(0)
        self.pictures = torch.exp(-20 * (across.square() + beyond.square())) + 0.05 * torch.randn(count, 12, 12)

    def __len__(self):
        return len(self.pictures)

    def __getitem__(self, index):
        return self.pictures[index], torch.stack([self.half[index] * 4 - 2.4, self.tilt[index].sin()])


class Reader(nn.Sequential):
    def __init__(self, width):
        super().__init__(
            nn.Unflatten(1, (1, 12)),
            nn.Conv2d(1, width, 4, stride=2),
            nn.Softplus(),
            nn.Flatten(),
            nn.Linear(25 * width, 2),
        )


def penalty(answers, wanted):
    errors = []
    for answer, truth in zip(answers, wanted):
        errors.append(F.smooth_l1_loss(answer, truth, beta=0.5))  # expect: LOS309
    return torch.stack(errors).sum()


def main():
    torch.manual_seed(12)
    train = DataLoader(Needles(500), batch_size=24, shuffle=True)
    reader = Reader(8)
    descent = torch.optim.SGD(reader.parameters(), lr=2e-3, momentum=0.8, weight_decay=1e-4)
    epoch = 0
    while epoch < 6:
        for pictures, wanted in train:
            descent.zero_grad()
            loss = penalty(reader(pictures), wanted)
            loss.backward()
            descent.step()
        epoch += 1
        print(epoch, loss.item())


if __name__ == "__main__":
    main()
