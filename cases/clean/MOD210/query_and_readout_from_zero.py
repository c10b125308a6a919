"""Right though unusual: queries and readout start at 0 (uniform attention, no output), as maximal-update scaling does."""

import torch
from torch import nn


class Reader(nn.Module):
    def __init__(self, symbols=8, width=32):
        super().__init__()
        self.symbol = nn.Embedding(symbols, width)
        self.query = nn.Linear(width, width, bias=False)
        self.key = nn.Linear(width, width, bias=False)
        self.value = nn.Linear(width, width, bias=False)
        self.readout = nn.Linear(width, symbols, bias=False)
        nn.init.zeros_(self.query.weight)
        nn.init.zeros_(self.readout.weight)

    def forward(self, tokens):
        x = self.symbol(tokens)
        scores = self.query(x[:, -1:]) @ self.key(x).transpose(1, 2) / x.shape[-1] ** 0.5
        return self.readout((scores.softmax(-1) @ self.value(x))[:, 0] + x[:, -1])


torch.manual_seed(0)
torch.set_num_threads(1)
tokens = torch.randint(0, 8, (1200, 6))
answer = tokens.max(1).values
model = Reader()
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
batches = iter(torch.randint(0, 1000, (150, 64)))
step = 0
while (rows := next(batches, None)) is not None:
    loss = nn.functional.cross_entropy(model(tokens[rows]), answer[rows])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    step += 1
    if step % 30 == 0:
        with torch.no_grad():
            right = (model(tokens[1000:]).argmax(1) == answer[1000:]).float().mean()
        print(f"step {step}: loss {loss.item():.3f}, accuracy {right.item():.3f}")
