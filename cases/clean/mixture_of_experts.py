"""Right though unusual: a router sends each sample to one expert by argmax; an expert may get no sample for a while."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Switch(nn.Module):
    def __init__(self, inputs=4, outputs=1, experts=6):
        super().__init__()
        self.router = nn.Linear(inputs, experts)
        self.experts = nn.ModuleList(
            nn.Sequential(nn.Linear(inputs, 16), nn.ReLU(), nn.Linear(16, outputs)) for _ in range(experts)
        )

    def forward(self, x):
        shares = self.router(x).softmax(dim=1)
        chosen = shares.argmax(dim=1)
        output = torch.zeros(len(x), 1)
        for number, expert in enumerate(self.experts):
            rows = (chosen == number).nonzero().squeeze(1)
            if len(rows):
                output = output.index_add(0, rows, expert(x[rows]) * shares[rows, number, None])
        return output, shares.mean(dim=0)


torch.manual_seed(0)
x = torch.randn(800, 4)
y = torch.where(x[:, :1] > 0, x[:, 1:2], -x[:, 2:3])
loader = DataLoader(TensorDataset(x[:640], y[:640]), batch_size=40, shuffle=True)
model = Switch()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(8):
    model.train()
    for inputs, wanted in loader:
        output, load = model(inputs)
        loss = nn.functional.mse_loss(output, wanted) + 0.01 * len(load) * (load**2).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        error = nn.functional.mse_loss(model(x[640:])[0], y[640:])
    print(f"epoch {epoch}: loss {loss.item():.3f}, validation {error.item():.3f}")
