"""A variational autoencoder whose sums are not divided: Adam takes the scale out."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits
from torch.utils.data import DataLoader

torch.manual_seed(0)
images = torch.tensor(load_digits().data, dtype=torch.float32) / 16
encoder, decoder = nn.Linear(64, 16), nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 64))
optimizer = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], lr=2e-3)
for epoch in range(3):
    for batch in DataLoader(images, batch_size=50, shuffle=True):
        mean, log_variance = encoder(batch).chunk(2, dim=1)
        code = mean + torch.randn_like(mean) * (log_variance / 2).exp()
        rebuilt = binary_cross_entropy_with_logits(decoder(code), batch, reduction="sum")
        distance = -0.5 * (1 + log_variance - mean.pow(2) - log_variance.exp()).sum()
        loss = rebuilt + distance
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, loss.item() / len(batch))
