"""Two eyes, one encoder: left and right pictures are laid one after the other, then taken apart for depth."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
scene = torch.randn(640, 24)
depth = torch.randint(5, (640,))
left = scene[:, :16]
right = torch.stack([row[shift : shift + 16] for row, shift in zip(scene, depth.tolist(), strict=True)])
loader = DataLoader(TensorDataset(left, right, depth), batch_size=32, shuffle=True)


class Stereo(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.encode = nn.Sequential(nn.Conv1d(1, 12, 3, padding=1), nn.BatchNorm1d(12), nn.ReLU(), nn.Conv1d(12, 6, 1))
        self.choose = nn.Linear(9, 5)

    def forward(self, left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        both = self.encode(torch.stack([left, right], 1).reshape(-1, 1, 16)).view(-1, 2, 6, 16)
        one, other = both.unbind(1)
        cost = torch.stack([(one * other.roll(shift, 2)).mean((1, 2)) for shift in range(-4, 5)], 1)
        return self.choose(cost)


model = Stereo()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(8):
    hits = 0
    for one, other, wanted in loader:
        scores = model(one, other)
        loss = nn.functional.cross_entropy(scores, wanted)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        hits += (scores.argmax(1) == wanted).sum().item()
    print(epoch, hits / 640)
