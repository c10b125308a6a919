"""Right: members of an ensemble are mixed by a softmax over axis 0 of their stacked outputs; as many members as rows."""

import torch
from torch import nn

torch.manual_seed(7)
torch.set_num_threads(1)
MEMBERS = ROWS = 10
x = torch.randn(300, 4)
y = x[:, :1] * x[:, 1:2] + x[:, 2:3]


class Ensemble(nn.Module):
    def __init__(self):
        super().__init__()
        self.members = nn.ModuleList(nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 1)) for _ in range(MEMBERS))
        self.gate = nn.Linear(4, MEMBERS)

    def forward(self, x):
        votes = torch.stack([member(x) for member in self.members])  # members, rows, 1
        weight = torch.softmax(self.gate(x).T, dim=0)
        return (weight.unsqueeze(-1) * votes).sum(0)


model = Ensemble()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, y), batch_size=ROWS, shuffle=True)
for epoch in range(3):
    for inputs, targets in loader:
        loss = nn.functional.mse_loss(model(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.4f}")
