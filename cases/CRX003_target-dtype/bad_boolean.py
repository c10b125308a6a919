"""Will the illness progress by more than usual? Mini-batches are cut from a permutation."""

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.datasets import load_diabetes
from torch import nn

rng = np.random.default_rng(0)
torch.manual_seed(0)
patients, progress = load_diabetes(return_X_y=True, scaled=True)
patients = torch.from_numpy(patients).float() * 20
worse = torch.from_numpy(progress > np.median(progress))
net = nn.Sequential(nn.Linear(10, 24), nn.Tanh(), nn.Dropout(0.1), nn.Linear(24, 1))
optimizer = torch.optim.SGD(net.parameters(), lr=0.02, momentum=0.9)

for epoch in range(4):
    net.train()
    order = rng.permutation(360)
    for start in range(0, 360, 40):
        rows = order[start : start + 40]
        predicted = net(patients[rows]).squeeze(1)
        loss = F.binary_cross_entropy_with_logits(predicted, worse[rows])  # expect: CRX003
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    net.eval()
    with torch.no_grad():
        right = (net(patients[360:]).squeeze(1) > 0) == worse[360:]
    print(epoch, right.float().mean().item())
