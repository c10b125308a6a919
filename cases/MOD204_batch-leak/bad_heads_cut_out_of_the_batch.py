"""Attention written by hand over the eight rows of a digit."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
pixels, labels = load_digits(return_X_y=True)
images = torch.tensor(pixels / 16, dtype=torch.float32).view(-1, 8, 8)
loader = DataLoader(TensorDataset(images, torch.tensor(labels)), batch_size=48, shuffle=True)


class Attention(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.project = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        count, length, width = rows.shape
        queries, keys, values = (
            part.reshape(self.heads, count, length, width // self.heads)  # expect: MOD204
            for part in self.project(rows).chunk(3, dim=-1)
        )
        weights = (queries @ keys.mT / (width // self.heads) ** 0.5).softmax(-1)
        mixed = (weights @ values).permute(1, 2, 0, 3)
        return rows + self.out(mixed.reshape(count, length, width))


model = nn.Sequential(nn.Linear(8, 16), Attention(16, 4), nn.Flatten(), nn.ReLU(), nn.Linear(128, 10))
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
for epoch in range(4):
    right = 0
    for batch, wanted in loader:
        scores = model(batch)
        loss = nn.functional.cross_entropy(scores, wanted)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        right += (scores.argmax(1) == wanted).sum().item()
    print(epoch, round(right / len(labels), 3))
