"""Denoises short tunes; torch is seeded, the noise is NumPy's."""

import numpy as np
import torch
from torch import nn

torch.manual_seed(3)
steps = np.linspace(0, 1, 32, dtype=np.float32)
tunes = np.stack([np.sin(6.28 * pitch * steps) for pitch in range(1, 9)])


def noisy_batch(size: int) -> tuple[torch.Tensor, torch.Tensor]:
    chosen = tunes[torch.randint(8, (size,)).numpy()]
    noise = np.random.normal(0.0, 0.3, chosen.shape).astype(np.float32)
    return torch.from_numpy(chosen + noise), torch.from_numpy(chosen)


class Denoiser(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.encode = nn.Linear(32, 12)
        self.decode = nn.Linear(12, 32)

    def forward(self, tune: torch.Tensor) -> torch.Tensor:
        return self.decode(torch.relu(self.encode(tune)))


denoiser = Denoiser()
adam = torch.optim.Adam(denoiser.parameters(), lr=3e-3)
step = 0
while step < 400:
    noisy, clean = noisy_batch(16)
    error = (denoiser(noisy) - clean).square().mean()
    adam.zero_grad(set_to_none=True)
    error.backward()
    adam.step()  # expect: REP901
    step += 1
print(f"error {error.item():.4f}")
