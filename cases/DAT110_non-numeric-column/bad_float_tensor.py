"""Regression of fares; the class of the ticket is text."""

import pandas as pd
import torch
from torch import nn


class Fares(torch.utils.data.Dataset):
    def __init__(self, frame):
        self.x = torch.FloatTensor(frame[["distance", "ticket"]].values)  # expect: DAT110
        self.y = torch.FloatTensor(frame[["fare"]].values)

    def __len__(self):
        return len(self.y)

    def __getitem__(self, i):
        return self.x[i], self.y[i]


torch.manual_seed(0)
distance = torch.rand(100).tolist()
frame = pd.DataFrame({"distance": distance, "ticket": ["first", "second"] * 50, "fare": [2 * d for d in distance]})
loader = torch.utils.data.DataLoader(Fares(frame), batch_size=10)
net = nn.Linear(2, 1)
adam = torch.optim.Adam(net.parameters(), lr=1e-2)
for _ in range(3):
    for x, y in loader:
        adam.zero_grad()
        nn.functional.mse_loss(net(x), y).backward()
        adam.step()
