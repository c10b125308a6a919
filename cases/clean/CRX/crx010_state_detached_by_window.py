"""Right though unusual: the state is carried on over epochs and cut loose at the end of each window of ten steps."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
STEPS, WINDOW = 60, 10
signal = torch.zeros(STEPS + 1, 8, 1)
phase = 6.28 * torch.rand(8)
for i in range(STEPS + 1):
    signal[i, :, 0] = torch.sin(0.3 * i + phase)
cell = nn.GRUCell(1, 24)
out = nn.Linear(24, 1)
optimizer = torch.optim.Adam([*cell.parameters(), *out.parameters()], lr=1e-2)
state = torch.zeros(8, 24)
for epoch in range(20):
    losses = []
    for i in range(STEPS):
        state = cell(signal[i], state)
        last_of_window = i % WINDOW == WINDOW - 1
        loss = nn.functional.mse_loss(out(state), signal[i + 1]) / WINDOW
        loss.backward(retain_graph=not last_of_window)
        losses.append(loss.item() * WINDOW)
        if last_of_window:
            optimizer.step()
            optimizer.zero_grad()
            state = state.detach()
    print(f"epoch {epoch}: {sum(losses) / STEPS:.4f}")
