"""An autoencoder of two sigmoid layers and a sigmoid output, as in the textbooks; slow steps."""

import torch
from sklearn.datasets import load_digits
from torch import nn

torch.manual_seed(0)
images = torch.tensor(load_digits().data / 16, dtype=torch.float32)
encoder = nn.Sequential(nn.Linear(64, 32), nn.Sigmoid())
decoder = nn.Sequential(nn.Linear(32, 32), nn.Sigmoid(), nn.Linear(32, 64), nn.Sigmoid())
optimizer = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], lr=1e-3)
for epoch in range(20):
    for index in torch.randperm(len(images)).split(64):
        batch = images[index]
        loss = nn.functional.mse_loss(decoder(encoder(batch)), batch)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())
