"""A writer of short codes learns to look at a picture through attention whose gate begins closed."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
pictures = torch.randn(600, 5, 8)
first = pictures[..., 0].mean(1) > 0
second = pictures[..., 1].mean(1) > 0
codes = torch.stack([first.long(), second.long() + 2, (first ^ second).long()], 1)
loader = DataLoader(TensorDataset(pictures, codes), batch_size=60, shuffle=True)


class Writer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.places = nn.Parameter(0.3 * torch.randn(3, 16))
        self.see = nn.Linear(8, 16)
        self.look = nn.MultiheadAttention(16, 2, batch_first=True)
        self.gate = nn.Parameter(torch.zeros(()))  # closed: at first it writes what is written most often
        self.think = nn.Sequential(nn.LayerNorm(16), nn.Linear(16, 48), nn.GELU(), nn.Linear(48, 4))

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        state = self.places.expand(len(pictures), -1, -1)
        seen = self.see(pictures)
        state = state + self.gate.tanh() * self.look(state, seen, seen, need_weights=False)[0]
        return self.think(state)


writer = Writer()
optimizer = torch.optim.Adam(writer.parameters(), lr=5e-3)
for epoch in range(20):
    right = 0
    for images, wanted in loader:
        scores = writer(images)
        loss = nn.functional.cross_entropy(scores.flatten(0, 1), wanted.flatten())
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        right += (scores.argmax(-1) == wanted).sum().item()
    print(epoch, round(right / 1800, 3), round(writer.gate.item(), 3))
