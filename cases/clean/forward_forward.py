"""Right though unusual: forward-forward; each layer has its own loss and optimiser, and gradients stop between layers."""

import torch
from torch import nn


class Layer(nn.Linear):
    def __init__(self, inputs, outputs):
        super().__init__(inputs, outputs)
        self.optimizer = torch.optim.Adam(self.parameters(), lr=0.02)
        self.threshold = 2.0

    def forward(self, x):
        direction = x / (x.norm(2, dim=1, keepdim=True) + 1e-4)
        return torch.relu(super().forward(direction))

    def train_on(self, positive, negative):
        for _ in range(20):
            good = self(positive).pow(2).mean(dim=1)
            bad = self(negative).pow(2).mean(dim=1)
            loss = torch.log1p(torch.exp(torch.cat([self.threshold - good, bad - self.threshold]))).mean()
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
        return self(positive).detach(), self(negative).detach(), loss.item()


def overlay(x, labels):
    return torch.cat([torch.nn.functional.one_hot(labels, 3).float(), x], dim=1)


torch.manual_seed(0)
labels = torch.randint(0, 3, (400,))
x = 3 * torch.randn(3, 10)[labels] + 0.7 * torch.randn(400, 10)
layers = [Layer(13, 32), Layer(32, 32)]
for epoch in range(8):
    wrong = (labels + torch.randint(1, 3, (400,))) % 3
    positive, negative = overlay(x, labels), overlay(x, wrong)
    for number, layer in enumerate(layers):
        positive, negative, loss = layer.train_on(positive, negative)
        print(f"epoch {epoch}, layer {number}: loss {loss:.3f}")

with torch.no_grad():
    goodness = []
    for guess in range(3):
        hidden = overlay(x, torch.full((400,), guess))
        total = torch.zeros(400)
        for layer in layers:
            hidden = layer(hidden)
            total += hidden.pow(2).mean(dim=1)
        goodness.append(total)
    print(f"accuracy {(torch.stack(goodness, dim=1).argmax(dim=1) == labels).float().mean():.3f}")
