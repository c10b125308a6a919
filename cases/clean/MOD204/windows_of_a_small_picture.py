"""Windowed attention: pictures of 8 by 8 are cut into four windows that are moved to the batch and back."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
pixels, labels = load_digits(return_X_y=True)
pictures = torch.tensor(pixels / 8 - 1, dtype=torch.float32).view(-1, 8, 8)[:600]
loader = DataLoader(TensorDataset(pictures, torch.tensor(labels[:600])), batch_size=4, shuffle=True)


def to_windows(x: torch.Tensor, size: int) -> torch.Tensor:
    count, high, wide, width = x.shape
    x = x.view(count, high // size, size, wide // size, size, width)
    return x.permute(0, 1, 3, 2, 4, 5).reshape(-1, size * size, width)


def from_windows(windows: torch.Tensor, size: int, high: int, wide: int) -> torch.Tensor:
    x = windows.view(-1, high // size, wide // size, size, size, windows.shape[-1])
    return x.permute(0, 1, 3, 2, 4, 5).reshape(-1, high, wide, windows.shape[-1])


class Block(nn.Module):
    def __init__(self, width: int, shift: int) -> None:
        super().__init__()
        self.shift = shift
        self.attend = nn.MultiheadAttention(width, 4, batch_first=True)
        self.before, self.after = nn.LayerNorm(width), nn.LayerNorm(width)
        self.think = nn.Sequential(nn.Linear(width, 32), nn.GELU(), nn.Linear(32, width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        windows = to_windows(self.before(x).roll((-self.shift, -self.shift), (1, 2)), 4)
        windows = self.attend(windows, windows, windows, need_weights=False)[0]
        x = x + from_windows(windows, 4, 8, 8).roll((self.shift, self.shift), (1, 2))
        return x + self.think(self.after(x))


class Windows(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Linear(1, 16)
        self.place = nn.Parameter(0.1 * torch.randn(8, 8, 16))
        self.blocks = nn.Sequential(Block(16, 0), Block(16, 2))
        self.head = nn.Linear(16, 10)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        x = self.blocks(self.embed(pictures.unsqueeze(-1)) + self.place)
        return self.head(x.amax(dim=(1, 2)))


model = Windows()
optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
for epoch in range(4):
    right = 0
    for batch, wanted in loader:
        scores = model(batch)
        loss = nn.functional.cross_entropy(scores, wanted)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        right += (scores.argmax(1) == wanted).sum().item()
    print(epoch, right / 600)
