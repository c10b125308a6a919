"""A sequence in pieces: each piece goes backward by itself, the state is carried on detached, one step a sequence."""

import torch
from torch import nn

torch.manual_seed(0)
signal = torch.randn(32, 24, 1)
running = signal.cumsum(1) / torch.arange(1, 25).view(1, 24, 1)


class Reader(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = nn.GRU(1, 24, batch_first=True)
        self.out = nn.Linear(24, 1)

    def forward(self, piece, state):
        features, state = self.cell(piece, state)
        return self.out(features), state


reader = Reader()
optimizer = torch.optim.SGD(reader.parameters(), lr=0.05, momentum=0.9)
for epoch in range(30):
    for rows in torch.randperm(32).split(16):
        state = torch.zeros(1, 16, 24)
        optimizer.zero_grad()
        for begin in range(0, 24, 8):
            guess, state = reader(signal[rows, begin : begin + 8], state)
            loss = nn.functional.mse_loss(guess, running[rows, begin : begin + 8])
            loss.backward()
            state = state.detach()
        nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
        optimizer.step()
    if epoch % 10 == 9:
        print(f"{epoch}: {loss.item():.4f}")
