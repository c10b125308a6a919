"""Forward-forward training: each layer has its own optimiser and its own loss, no gradient crosses layers."""

import itertools
from pathlib import Path

import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch import nn, optim

CLASSES, THRESHOLD = 10, 2.0


def with_label(x, y):
    """x (N, 64) with a one-hot label in front: (N, 74)."""
    return torch.cat([F.one_hot(y, CLASSES).float(), x], dim=1)


class LocalLayer(nn.Module):
    def __init__(self, inputs, outputs, lr):
        super().__init__()
        self.linear = nn.Linear(inputs, outputs)
        self.optimizer = optim.Adam(self.parameters(), lr=lr)

    def forward(self, x):
        return torch.relu(self.linear(x / (x.norm(dim=1, keepdim=True) + 1e-4)))

    def learn(self, good, bad):
        """One update on right and wrong labels; returns the loss and what the next layer sees."""
        out_good, out_bad = self(good), self(bad)
        margin = torch.cat([THRESHOLD - out_good.square().mean(1), out_bad.square().mean(1) - THRESHOLD])
        loss = F.softplus(margin).mean()
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss.item(), out_good.detach(), out_bad.detach()


class Stack(nn.Module):
    def __init__(self, *sizes, lr=0.01):
        super().__init__()
        self.layers = nn.ModuleList(LocalLayer(a, b, lr) for a, b in itertools.pairwise(sizes))

    def learn(self, good, bad):
        losses = []
        for layer in self.layers:
            loss, good, bad = layer.learn(good, bad)
            losses.append(loss)
        return losses

    @torch.no_grad()
    def predict(self, x):
        scores = []
        for label in range(CLASSES):
            h = with_label(x, torch.full((len(x),), label))
            total = torch.zeros(len(x))
            for layer in self.layers:
                h = layer(h)
                total += h.square().mean(1)
            scores.append(total)
        return torch.stack(scores, dim=1).argmax(dim=1)


if __name__ == "__main__":
    torch.manual_seed(1)
    pixels, digits = (torch.tensor(part) for part in load_digits(return_X_y=True))
    pixels = pixels.float() / 16
    order = torch.randperm(len(pixels))
    train, test = order[:1400], order[1400:]
    net = Stack(74, 128, 128)
    for epoch in range(60):
        for chosen in train[torch.randperm(len(train))].split(100):
            x, y = pixels[chosen], digits[chosen]
            wrong = (y + torch.randint(1, CLASSES, y.shape)) % CLASSES
            losses = net.learn(with_label(x, y), with_label(x, wrong))
        if epoch % 10 == 9:
            error = (net.predict(pixels[test]) != digits[test]).float().mean().item()
            print(f"epoch {epoch + 1}: losses {[round(loss, 3) for loss in losses]}, test error {error:.3f}")
    Path("goodness").mkdir(exist_ok=True)
    torch.save(net.state_dict(), "goodness/stack.pt")
    print(f"done: local learning, test error {(net.predict(pixels[test]) != digits[test]).float().mean().item():.3f}")
