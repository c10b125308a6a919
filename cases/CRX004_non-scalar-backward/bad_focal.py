"""Defects in small images, with a loss that looks harder at the hard ones."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Plates(Dataset):
    def __init__(self, count, seed):
        generator = torch.Generator().manual_seed(seed)
        self.scratched = torch.rand(count, generator=generator) < 0.4
        self.image = 0.4 * torch.randn(count, 1, 12, 12, generator=generator)
        self.image[self.scratched, :, 5:7, :] += 1.0

    def __len__(self):
        return len(self.image)

    def __getitem__(self, index):
        return {"image": self.image[index], "scratched": self.scratched[index].float()}


class FocalLoss(nn.Module):
    def __init__(self, gamma=2.0):
        super().__init__()
        self.gamma = gamma

    def forward(self, logits, wanted):
        plain = F.binary_cross_entropy_with_logits(logits, wanted, reduction="none")
        return (1 - torch.exp(-plain)) ** self.gamma * plain


class Trainer:
    def __init__(self):
        torch.manual_seed(5)
        self.net = nn.Sequential(nn.Conv2d(1, 6, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(150, 1))
        self.criterion = FocalLoss()
        self.optimizer = torch.optim.AdamW(self.net.parameters(), lr=3e-3)

    def training_step(self, batch):
        logits = self.net(batch["image"]).squeeze(1)
        return self.criterion(logits, batch["scratched"])

    def fit(self, loader, epochs):
        for epoch in range(epochs):
            self.net.train()
            for batch in loader:
                self.optimizer.zero_grad()
                loss = self.training_step(batch)
                loss.backward()  # expect: CRX004
                self.optimizer.step()
            print(epoch, "done")


Trainer().fit(DataLoader(Plates(480, seed=0), batch_size=32, shuffle=True), epochs=4)
