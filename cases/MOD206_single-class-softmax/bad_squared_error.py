"""Does a random walk end above its start? A recurrent network, squared error, updates written out."""

import torch
from torch import nn

torch.manual_seed(6)
walks = torch.randn(400, 20, 1).cumsum(dim=1)
above = (walks[:, -1] > 0).float()
read = nn.GRU(1, 12, batch_first=True)
decide = nn.Sequential(nn.Linear(12, 1), nn.Softmax(dim=-1))
weights = [*read.parameters(), *decide.parameters()]

batches = iter(torch.arange(320).split(20) * 4)
while (rows := next(batches, None)) is not None:
    _, last = read(walks[rows])
    answer = decide(last[-1])  # expect: MOD206
    loss = nn.functional.mse_loss(answer, above[rows])
    loss.backward()
    with torch.no_grad():
        for weight in weights:
            weight -= 0.1 * weight.grad
            weight.grad = None
    print(f"{loss.item():.4f}")
