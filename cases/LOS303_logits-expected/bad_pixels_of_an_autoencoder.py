"""An autoencoder of digit images whose decoder paints pixels between 0 and 1."""

import torch
from sklearn.datasets import load_digits
from torch import nn

torch.manual_seed(1)
torch.set_num_threads(1)
pixels = torch.tensor(load_digits().data, dtype=torch.float32)[:640] / 16
encoder = nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 12))
decoder = nn.Sequential(nn.Linear(12, 48), nn.ReLU(), nn.Linear(48, 64), nn.Unflatten(1, (1, 8, 8)), nn.Sigmoid())
optimizer = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], lr=3e-3)
criterion = nn.BCEWithLogitsLoss(reduction="sum")
for epoch in range(3):
    total = 0.0
    for batch in pixels.split(64):
        image = decoder(encoder(batch))  # expect: LOS303
        loss = criterion(image.flatten(1), batch) / len(batch)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item()
    print(f"epoch {epoch}: {total / 10:.3f}")
