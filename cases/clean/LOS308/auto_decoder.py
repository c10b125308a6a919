"""Each shape has a code of its own, learnt with the decoder: samples enter by their index alone."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
images = torch.tensor(load_digits().data[:512], dtype=torch.float32) / 16
codes = nn.Embedding(len(images), 12)
decoder = nn.Sequential(nn.Linear(12, 48), nn.ReLU(), nn.Linear(48, 64))
optimizer = torch.optim.Adam([*codes.parameters(), *decoder.parameters()], lr=5e-3)
loader = DataLoader(TensorDataset(torch.arange(len(images)), images), batch_size=64, shuffle=True)
for epoch in range(6):
    for index, image in loader:
        loss = nn.functional.mse_loss(decoder(codes(index)), image)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())
