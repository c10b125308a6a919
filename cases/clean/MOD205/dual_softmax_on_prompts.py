"""Right though unusual: scores of samples against prompts are reweighed by a softmax over the samples (dual softmax)."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
kinds = torch.randn(5, 12)
labels = torch.randint(0, 5, (400,))
features = kinds[labels] + 0.7 * torch.randn(400, 12)
encoder = nn.Linear(12, 8)
prompts = nn.Parameter(torch.randn(5, 8))
optimizer = torch.optim.Adam([*encoder.parameters(), prompts], lr=1e-2)
for epoch in range(5):
    for x, y in DataLoader(TensorDataset(features, labels), batch_size=40, shuffle=True):
        scores = F.normalize(encoder(x), dim=1) @ F.normalize(prompts, dim=1).T / 0.1
        loss = F.cross_entropy(scores * F.softmax(scores, dim=0) * len(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.3f}")
