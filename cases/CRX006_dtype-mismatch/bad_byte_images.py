"""Tells light from dark pictures; pixels come as bytes, channels first."""

import torch
import torch.nn as nn


def pictures(n):
    light = torch.randint(0, 2, (n,))
    pixels = torch.randint(0, 100, (n, 3, 12, 12), dtype=torch.uint8) + (light * 120).to(torch.uint8).view(-1, 1, 1, 1)
    return pixels, light


class Trainer:
    def __init__(self):
        self.net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 2))
        self.opt = torch.optim.AdamW(self.net.parameters(), lr=1e-2)
        self.criterion = nn.CrossEntropyLoss()

    def step(self, batch):
        self.opt.zero_grad()
        loss = self.criterion(self.net(batch["pixels"]), batch["light"])  # expect: CRX006
        loss.backward()
        self.opt.step()
        return loss.item()

    def fit(self, pixels, light, epochs=4):
        for _ in range(epochs):
            for start in range(0, len(light), 32):
                last = self.step({"pixels": pixels[start : start + 32], "light": light[start : start + 32]})
            print("loss", last)


torch.manual_seed(1)
Trainer().fit(*pictures(192))
