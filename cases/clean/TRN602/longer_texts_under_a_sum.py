"""Right though unusual: texts grow longer from stage to stage, and the loss is the sum over their letters."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)


def texts(count: int, length: int) -> torch.Tensor:
    """Letters that mostly follow a fixed cycle of five."""
    start = torch.randint(5, (count, 1))
    clean = (start + torch.arange(length + 1)) % 5
    return torch.where(torch.rand(count, length + 1) < 0.15, torch.randint(5, (count, length + 1)), clean)


class Letters(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(5, 8)
        self.net = nn.GRU(8, 24, batch_first=True)
        self.out = nn.Linear(24, 5)

    def forward(self, text: torch.Tensor) -> torch.Tensor:
        return self.out(self.net(self.embed(text))[0])


model = Letters()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
for length in (2, 8, 32):
    for batch in texts(480, length).split(24):
        for _ in range(2):
            scores = model(batch[:, :-1])
            loss = nn.functional.cross_entropy(scores.flatten(0, 1), batch[:, 1:].flatten(), reduction="sum") / 24
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    print(length, round(loss.item(), 2), round(loss.item() / length, 3))
