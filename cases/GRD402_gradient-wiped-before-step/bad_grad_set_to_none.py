"""Breast tumours told apart by a small network whose gradients are dropped by hand to save memory."""

import torch
from sklearn.datasets import load_breast_cancer
from torch import nn

torch.manual_seed(0)
table = load_breast_cancer()
features = torch.tensor(table.data, dtype=torch.float32)
features = (features - features.mean(0)) / features.std(0)
malignant = torch.tensor(table.target == 0, dtype=torch.float32)
network = nn.Sequential(nn.Linear(30, 20), nn.ReLU(), nn.Linear(20, 1))
adam = torch.optim.Adam(network.parameters(), lr=1e-3)


def drop(parameters):
    for parameter in parameters:
        parameter.grad = None  # expect: GRD402


for epoch in range(6):
    for rows in torch.randperm(500).split(50):
        loss = nn.functional.binary_cross_entropy_with_logits(network(features[rows]).squeeze(1), malignant[rows])
        loss.backward()
        drop(network.parameters())
        adam.step()
    print(f"epoch {epoch}: {loss.item():.4f}")
