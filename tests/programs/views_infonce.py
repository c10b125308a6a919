"""Learns what two noisy views of a digit share (InfoNCE), with steps counted over itertools.cycle of a loader."""

from itertools import cycle

import torch
import torch.nn as nn
from sklearn.datasets import load_digits
from sklearn.neighbors import KNeighborsClassifier
from torch.utils.data import DataLoader

STEPS, TEMPERATURE = 700, 0.2

torch.manual_seed(10)
pixels, labels = load_digits(return_X_y=True)
pixels = torch.as_tensor(pixels, dtype=torch.float32) / 16
loader = DataLoader(pixels[:1400], batch_size=128, shuffle=True, drop_last=True)
batches = cycle(loader)

encoder = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU())
projector = nn.Linear(64, 32)
opt = torch.optim.Adam([*encoder.parameters(), *projector.parameters()], lr=1e-3)


def view(x):
    """Pixels dropped at random and some noise."""
    return x * (torch.rand_like(x) > 0.1) + 0.05 * torch.randn_like(x)


def embed(x):
    return nn.functional.normalize(projector(encoder(x)), dim=1)


for step in range(STEPS):
    batch = next(batches)
    a, b = embed(view(batch)), embed(view(batch))
    logits = a @ b.T / TEMPERATURE  # (N, N); the diagonal holds the pairs
    pairs = torch.arange(len(batch))
    loss = (nn.functional.cross_entropy(logits, pairs) + nn.functional.cross_entropy(logits.T, pairs)) / 2
    opt.zero_grad()
    loss.backward()
    opt.step()
    if step % 100 == 0:
        print(f"{step:4d} loss {loss.item():.4f} pairs found {(logits.argmax(1) == pairs).float().mean():.3f}")

with torch.no_grad():
    codes = encoder(pixels).numpy()
judge = KNeighborsClassifier(5).fit(codes[:1400], labels[:1400])
torch.save({"encoder": encoder.state_dict()}, "views.pt")
print(f"done: neighbours in code space share the digit in {judge.score(codes[1400:], labels[1400:]):.1%} of cases")
