"""Self-attention over eight pixel rows of each digit."""

import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch import nn


class RowAttention(nn.Module):
    def __init__(self, width=32):
        super().__init__()
        self.embed = nn.Linear(8, width)
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.head = nn.Linear(width, 10)
        self.scale = width**-0.5

    def forward(self, rows):
        h = self.embed(rows)
        scores = self.query(h) @ self.key(h).transpose(1, 2) * self.scale
        weights = F.softmax(scores)  # expect: LOS312
        h = h + weights @ self.value(h)
        return self.head(h.mean(dim=1))


def main():
    torch.manual_seed(0)
    digits = load_digits()
    rows = torch.tensor(digits.images, dtype=torch.float32) / 16
    labels = torch.tensor(digits.target)
    model = RowAttention()
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for epoch in range(6):
        order = torch.randperm(len(rows))
        for start in range(0, len(rows), 64):
            index = order[start : start + 64]
            optimizer.zero_grad()
            loss = F.cross_entropy(model(rows[index]), labels[index])
            loss.backward()
            optimizer.step()
        print(f"epoch {epoch}: loss {loss.item():.3f}")


if __name__ == "__main__":
    main()
