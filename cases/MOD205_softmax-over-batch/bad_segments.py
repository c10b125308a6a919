"""A convolution labels every position of a short signal: quiet, rising or falling."""

import torch
from torch import nn


def get_batch(size):
    steps = torch.randint(-1, 2, (size, 1, 32)).float().repeat_interleave(2, dim=2)
    noisy = steps + 0.2 * torch.randn_like(steps)
    return noisy, (steps[:, 0] + 1).long()


class Labeller(nn.Module):
    def __init__(self, kinds=3):
        super().__init__()
        self.encode = nn.Conv1d(1, 12, 5, padding=2)
        self.decode = nn.Conv1d(12, kinds, 3, padding=1)
        self.normalise = nn.Softmax(dim=0)

    def forward(self, signal):
        hidden = torch.relu(self.encode(signal))
        return self.normalise(self.decode(hidden))  # expect: MOD205


torch.manual_seed(0)
model = Labeller()
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.RMSprop(model.parameters(), lr=3e-3)
for step in range(120):
    signal, kinds = get_batch(16)
    loss = criterion(model(signal), kinds)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
    if step % 30 == 0:
        print(f"step {step}: {loss.item():.3f}")
