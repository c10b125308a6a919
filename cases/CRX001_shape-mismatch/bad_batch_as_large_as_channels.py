"""The convolution is left out for a trial, the head's size is not; by chance the batch is as large as the channels were."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
images = torch.rand(64, 1, 4, 4)
labels = torch.arange(64) % 2
model = nn.Sequential(nn.Flatten(), nn.Linear(8 * 16, 2))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for inputs, target in DataLoader(TensorDataset(images, labels), batch_size=8, shuffle=True):
    loss = nn.functional.cross_entropy(model(inputs), target)  # expect: CRX001
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
