"""Right though unusual: the hidden state is carried on but detached between chunks (truncated backpropagation)."""

import torch
from torch import nn


class Predictor(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(1, 24, batch_first=True)
        self.output = nn.Linear(24, 1)

    def forward(self, x, state=None):
        hidden, state = self.rnn(x, state)
        return self.output(hidden), state


torch.manual_seed(0)
time = torch.arange(401) * 0.2
phases = torch.linspace(0, 3, 16)[:, None]
waves = torch.sin(time + phases)[:, :, None]
train, valid = waves[:12], waves[12:]
model = Predictor()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
chunk = 25
for epoch in range(4):
    model.train()
    state = None
    for start in range(0, 400, chunk):
        if state is not None:
            state = tuple(part.detach() for part in state)
        output, state = model(train[:, start : start + chunk], state)
        loss = nn.functional.mse_loss(output, train[:, start + 1 : start + chunk + 1])
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    model.eval()
    with torch.no_grad():
        output, _ = model(valid[:, :-1])
        error = nn.functional.mse_loss(output, valid[:, 1:])
    print(f"epoch {epoch}: loss {loss.item():.4f}, validation {error.item():.4f}")
