"""Right though unusual: a network weighs the samples of each batch against each other, so its softmax runs over them."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.randn(400, 6)
y = (x[:, 0] + x[:, 1] > 0).long()
classifier = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 2))
weigher = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))
optimizer = torch.optim.Adam([*classifier.parameters(), *weigher.parameters()], lr=5e-3)
for epoch in range(5):
    for inputs, labels in DataLoader(TensorDataset(x, y), batch_size=40, shuffle=True):
        each = F.cross_entropy(classifier(inputs), labels, reduction="none")
        weight = torch.softmax(-weigher(each.detach().unsqueeze(1)), dim=0).squeeze(1)
        loss = (weight * each).sum() + 0.01 * (weight * weight.log()).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.3f}")
