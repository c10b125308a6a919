"""Predicts the progression of diabetes from ten measurements."""

import torch
from sklearn.datasets import load_diabetes
from torch import nn

torch.manual_seed(3)
table = load_diabetes()
patients = torch.tensor(table.data, dtype=torch.float32)
patients = (patients - patients.mean(0)) / patients.std(0)
progression = torch.tensor(table.target, dtype=torch.float32)[:, None]
progression = (progression - progression.mean()) / progression.std()

network = nn.Sequential(nn.Linear(10, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 1))
adam = torch.optim.Adam(network.parameters(), lr=3e-3)
measure = nn.MSELoss()

step = 0
while step < 200:
    chosen = torch.randperm(len(patients))[:48]
    error = measure(network(patients[chosen]), progression[chosen])
    error.backward()
    adam.step()  # expect: GRD401
    if step % 50 == 0:
        print(f"step {step}: {error.item():.3f}")
    step += 1

with torch.no_grad():
    print(f"all patients: {measure(network(patients), progression).item():.3f}")
