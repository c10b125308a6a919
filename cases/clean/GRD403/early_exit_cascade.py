"""Right though unusual: a cascade trained stage by stage in one loop.

The stage under training follows from the step.
"""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Cascade(nn.Module):
    def __init__(self, depth=6, width=24):
        super().__init__()
        self.blocks = nn.ModuleList(
            nn.Sequential(nn.Linear(8 if k == 0 else width, width), nn.ReLU()) for k in range(depth)
        )
        self.exits = nn.ModuleList(nn.Linear(width, 2) for _ in range(depth))

    def forward(self, x, active):
        """All exits' logits; gradient for the active stage only."""
        answers = []
        for k, (block, leave) in enumerate(zip(self.blocks, self.exits, strict=False)):
            x = block(x.detach())
            logits = leave(x)
            answers.append(logits if k == active else logits.detach())
        return torch.stack(answers)


torch.manual_seed(3)
torch.set_num_threads(1)
x = torch.randn(512, 8)
y = ((x[:, :3] ** 2).sum(1) > 2.4).long()
loader = DataLoader(TensorDataset(x, y), batch_size=64, shuffle=True, drop_last=True)
model = Cascade()
optimizer = torch.optim.Adam(model.parameters(), lr=8e-3)
per_stage = 5
for epoch in range(per_stage * len(model.blocks)):
    stage = epoch // per_stage
    for inputs, labels in loader:
        optimizer.zero_grad()
        answers = model(inputs, stage)
        loss = torch.stack([nn.functional.cross_entropy(a, labels) for a in answers]).mean()
        loss.backward()
        optimizer.step()
    print(f"stage {stage}, epoch {epoch}: {loss.item():.4f}")
with torch.no_grad():
    print((model(x, 0).argmax(2) == y).float().mean(1))
