"""Right though unusual: softmax normalises over the memory slots, cross_entropy over the classes; the two run over
different axes.
"""

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(12)
torch.set_num_threads(1)


class SlotAssignment(nn.Module):
    def __init__(self, classes=2, slots=2):
        super().__init__()
        self.key = nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, classes * slots))
        self.shape = (classes, slots)

    def forward(self, x):
        return F.softmax(self.key(x).unflatten(1, self.shape), dim=2)  # which slot each class prefers


x = torch.randn(900, 6)
clean = torch.stack([(x[:, 0] + x[:, 1] > 0), (x[:, 2] > x[:, 3])], dim=1).long()
labels = torch.where(torch.rand(900, 2) < 0.27, 1 - clean, clean)  # noisy: certainty above 0.73 would be wrong
model = SlotAssignment()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
for epoch in range(6):
    for rows in torch.randperm(720).split(36):
        loss = F.cross_entropy(model(x[rows]), labels[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        accuracy = (model(x[720:]).argmax(1) == clean[720:]).float().mean().item()
    print(f"epoch {epoch}: loss {loss.item():.3f}, accuracy {accuracy:.3f}")
