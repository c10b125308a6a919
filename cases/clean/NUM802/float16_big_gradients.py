"""A sum over all pixels instead of their mean: gradients in float16 are large, and clipped."""

import torch
from sklearn.datasets import load_digits
from torch import nn

torch.manual_seed(0)
images = torch.tensor(load_digits().data / 16, dtype=torch.float32)
encoder, decoder = nn.Linear(64, 24), nn.Linear(24, 64)
weights = [*encoder.parameters(), *decoder.parameters()]
optimizer = torch.optim.SGD(weights, lr=0.05, momentum=0.9)
for epoch in range(60):
    for rows in torch.randperm(1400).split(50):
        batch = images[rows]
        with torch.autocast("cpu", dtype=torch.float16):
            rebuilt = decoder(torch.relu(encoder(batch)))
        loss = (rebuilt.float() - batch).square().sum()
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
    print(f"{epoch}: {loss.item() / 50:.3f} a picture")
