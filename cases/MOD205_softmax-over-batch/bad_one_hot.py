"""Wine cultivars told apart by squared error against one-hot rows."""

import torch
import torch.nn as nn
from sklearn.datasets import load_wine
from sklearn.preprocessing import StandardScaler

torch.manual_seed(3)
table = load_wine()
features = torch.tensor(StandardScaler().fit_transform(table.data), dtype=torch.float32)
wanted = torch.eye(3)[torch.tensor(table.target)]

network = nn.Sequential(nn.Linear(13, 24), nn.Tanh(), nn.Linear(24, 3), nn.Softmax(dim=0))
mse = nn.MSELoss()
sgd = torch.optim.SGD(network.parameters(), lr=0.5, momentum=0.9)

step = 0
while step < 150:
    rows = torch.randint(0, len(features), (24,))
    guess = network(features[rows])  # expect: MOD205
    error = mse(guess, wanted[rows])
    sgd.zero_grad()
    error.backward()
    sgd.step()
    step += 1
    if step % 50 == 0:
        print(step, error.item())
