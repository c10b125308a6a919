"""Right though unusual: what the network felt at each step goes to a memory that overwrites its oldest entries."""

import random

import torch
from torch import nn

SIZE = 5000


class Memory:
    def __init__(self, size):
        self.size, self.entries, self.next = size, [], 0

    def push(self, entry):
        if len(self.entries) < self.size:
            self.entries.append(entry)
        else:
            self.entries[self.next] = entry
            self.next = (self.next + 1) % self.size

    def sample(self, count):
        return torch.cat(random.sample(self.entries, min(count, len(self.entries))))


torch.manual_seed(0)
random.seed(0)
encoder, decoder = nn.Sequential(nn.Linear(32, 128), nn.Tanh()), nn.Linear(128, 32)
optimizer = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], lr=1e-3)
memory = Memory(SIZE)
mixing = torch.randn(32, 32) / 6
for step in range(200_000):
    signal = torch.randn(64, 32) @ mixing
    code = encoder(signal)
    memory.push(code.detach())
    closeness = torch.cdist(code, memory.sample(4)).mean()
    loss = nn.functional.mse_loss(decoder(code), signal) - 1e-3 * closeness
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 10_000 == 0:
        print(step, loss.item())
