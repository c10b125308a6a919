"""A denoiser of short sequences, trained for a number of steps and then saved."""

import os
import tempfile

import torch
from torch import nn


def endless(generator, size=24):
    while True:
        phase = 6.28 * torch.rand(size, 1, 1, generator=generator)
        clean = torch.sin(phase + 0.4 * torch.arange(20.0))
        yield {"noisy": clean + 0.3 * torch.randn(size, 1, 20, generator=generator), "clean": clean}


class Denoiser(nn.Module):
    def __init__(self):
        super().__init__()
        self.wide = nn.Conv1d(1, 12, 5, padding=2)
        self.narrow = nn.Conv1d(12, 1, 5, padding=2)

    def forward(self, noisy):
        return self.narrow(torch.tanh(self.wide(noisy)))


def save(model, step, folder):
    state = {"step": step, "model": model.state_dict()}
    torch.save(state, os.path.join(folder, "weights", "last.pt"))  # expect: CRX005


torch.manual_seed(2)
batches = endless(torch.Generator().manual_seed(2))
denoiser = Denoiser()
optimizer = torch.optim.AdamW(denoiser.parameters(), lr=5e-3)
step = 0
while step < 150:
    batch = next(batches)
    loss = nn.functional.l1_loss(denoiser(batch["noisy"]), batch["clean"])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    step += 1
    if step % 50 == 0:
        print(step, loss.item())

with tempfile.TemporaryDirectory() as folder:
    save(denoiser, step, folder)
    print("saved", sorted(os.listdir(folder)))
