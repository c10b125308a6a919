"""Kinds of glass from a set of readings; learnt tokens are put before the readings."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
readings = torch.randn(500, 6, 4)
kinds = (readings[..., 0].amax(1) > 1.2).long() + (readings[..., 1].amin(1) < -1.2).long()
loader = DataLoader(TensorDataset(readings, kinds), batch_size=50, shuffle=True)


class Glass(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.enter = nn.Linear(4, 16)
        self.block = nn.TransformerEncoderLayer(16, 2, 32, dropout=0.0, batch_first=True)
        self.head = nn.Linear(16, 3)

    def prepare(self, tokens: int) -> None:
        self.prompt = nn.Parameter(0.02 * torch.randn(1, tokens, 16))

    def forward(self, sets: torch.Tensor) -> torch.Tensor:
        sets = torch.cat([self.prompt.expand(len(sets), -1, -1), self.enter(sets)], 1)
        return self.head(self.block(sets)[:, 0])


model = Glass()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)  # expect: OPT501
model.prepare(tokens=2)
for epoch in range(8):
    right = 0
    for sets, wanted in loader:
        scores = model(sets)
        loss = nn.functional.cross_entropy(scores, wanted)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        right += (scores.argmax(1) == wanted).sum().item()
    print(epoch, right / 500)
