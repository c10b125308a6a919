"""Look-up by sharp attention in float16: each query reads one of many memory slots and leaves the rest alone."""

import torch
from torch import nn

SLOTS, WIDTH = 256, 16
torch.manual_seed(11)
places = nn.functional.normalize(torch.randn(SLOTS, WIDTH), dim=1)
contents = torch.randn(SLOTS, 8)
at = torch.randint(0, SLOTS, (3000,))
x = places[at] + 0.03 * torch.randn(3000, WIDTH)
y = contents[at] + 0.1 * torch.randn(3000, 8)


class Memory(nn.Module):
    def __init__(self):
        super().__init__()
        self.keys = nn.Parameter(places.clone())
        self.values = nn.Parameter(torch.zeros(SLOTS, 8))

    def forward(self, queries):
        return torch.softmax(queries @ self.keys.T * 24, dim=1) @ self.values


model = Memory()
optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
for epoch in range(3):
    for rows in torch.randperm(3000).split(60):
        with torch.autocast("cpu", dtype=torch.float16):
            loss = nn.functional.mse_loss(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"{epoch}: {loss.item():.3f}")
