"""Digits with mixup: shifted and noisy images from worker processes, one-cycle rate, an average of the weights."""

import copy

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch.optim.lr_scheduler import OneCycleLR
from torch.utils.data import DataLoader, Dataset

EPOCHS = 40
ALPHA = 0.4


class Digits(Dataset):
    def __init__(self, train):
        data = load_digits()
        self.train = train
        keep = slice(0, 1400) if train else slice(1400, None)
        self.images = (data.images[keep] / 16).astype("float32")
        self.labels = data.target[keep]

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        image = torch.from_numpy(self.images[i])
        if self.train:
            dy, dx = torch.randint(-1, 2, (2,)).tolist()
            image = torch.roll(F.pad(image, (1, 1, 1, 1)), (dy, dx), dims=(0, 1))[1:-1, 1:-1]
            image = image + 0.05 * torch.randn(8, 8)
        return image[None], int(self.labels[i])


def mixup(x, y):
    """Pairs of images and of one-hot labels, blended by the same share."""
    share = np.random.beta(ALPHA, ALPHA)
    partner = torch.randperm(len(x))
    target = F.one_hot(y, 10).float()
    return share * x + (1 - share) * x[partner], share * target + (1 - share) * target[partner]


def make_net():
    return nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU(),
        nn.Conv2d(32, 64, 3, padding=1), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(64, 64, 3, padding=1), nn.BatchNorm2d(64), nn.ReLU(),
        nn.Flatten(), nn.Linear(1024, 10),
    )  # fmt: skip


@torch.no_grad()
def update_ema(average, net, decay=0.98):
    for a, p in zip(average.parameters(), net.parameters(), strict=True):
        a.lerp_(p, 1 - decay)
    for a, b in zip(average.buffers(), net.buffers(), strict=True):
        a.copy_(b)


@torch.no_grad()
def accuracy(net, loader):
    net.eval()
    return sum((net(x).argmax(1) == y).sum().item() for x, y in loader) / len(loader.dataset)


if __name__ == "__main__":
    torch.manual_seed(6)
    np.random.seed(6)
    train_loader = DataLoader(Digits(True), batch_size=40, shuffle=True, num_workers=2)
    test_loader = DataLoader(Digits(False), batch_size=100)
    net = make_net()
    average = copy.deepcopy(net).eval().requires_grad_(False)
    opt = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-4)
    sched = OneCycleLR(opt, max_lr=0.1, total_steps=EPOCHS * len(train_loader))
    log_softmax = nn.LogSoftmax(dim=1)
    for epoch in range(EPOCHS):
        net.train()
        for x, y in train_loader:
            x, soft = mixup(x, y)
            loss = -(soft * log_softmax(net(x))).sum(dim=1).mean()
            opt.zero_grad()
            loss.backward()
            opt.step()
            sched.step()
            update_ema(average, net)
        print(f"epoch {epoch + 1} loss {loss.item():.3f} test {accuracy(net, test_loader):.3f}")
    score = accuracy(average, test_loader)
    torch.save(average.state_dict(), "mixup_average.pt")
    print(f"done: averaged weights reach {score:.1%}")
