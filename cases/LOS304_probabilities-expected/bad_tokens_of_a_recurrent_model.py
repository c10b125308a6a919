"""A recurrent model of the next symbol in short strings, with padding left out of the loss."""

import torch
import torch.nn.functional as F
from torch import nn


class SymbolModel(nn.Module):
    def __init__(self, symbols, width=24):
        super().__init__()
        self.embed = nn.Embedding(symbols, width, padding_idx=0)
        self.rnn = nn.LSTM(width, width, batch_first=True)
        self.project = nn.Linear(width, symbols)

    def forward(self, ids):
        states, _ = self.rnn(self.embed(ids))
        return self.project(states)

    def loss(self, ids):
        scores = self(ids[:, :-1])
        return F.nll_loss(scores.reshape(-1, scores.shape[-1]), ids[:, 1:].reshape(-1), ignore_index=0)  # expect: LOS304


torch.manual_seed(0)
torch.set_num_threads(1)
strings = 1 + (torch.randint(0, 9, (240, 1)) + torch.arange(8)) % 9
strings[torch.arange(8) >= torch.randint(4, 9, (240, 1))] = 0
model = SymbolModel(10)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(3):
    for batch in strings[torch.randperm(240)].chunk(12):
        optimizer.zero_grad()
        loss = model.loss(batch)
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.4f}")
