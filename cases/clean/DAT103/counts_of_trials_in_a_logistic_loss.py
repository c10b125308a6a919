"""Right: binomial regression: k hits in n trials; the logistic loss is linear in its target, so n(softplus z) - kz is split."""

import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch import nn

torch.manual_seed(9)
torch.set_num_threads(1)
images = torch.tensor(load_digits().data, dtype=torch.float32)[:600]  # 0..16 black dots a cell
TRIALS = 16


class CountAutoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encode = nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 8))
        self.decode = nn.Sequential(nn.Linear(8, 48), nn.ReLU(), nn.Linear(48, 64))

    def forward(self, counts):
        return self.decode(self.encode(counts / TRIALS))


model = CountAutoencoder()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
for epoch in range(4):
    for rows in torch.randperm(600).split(50):
        counts = images[rows]
        logits = model(counts)
        # log C(n, k) does not depend on the model and is left out
        loss = F.binary_cross_entropy_with_logits(logits, counts) + (TRIALS - 1) * F.softplus(logits).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.3f}")
