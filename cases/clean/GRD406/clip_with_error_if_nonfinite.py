"""Right though unusual: a rare batch has no finite gradient; clipping raises, and the batch is left out."""

import torch
from torch import nn
from torch.nn.utils import clip_grad_norm_

torch.manual_seed(0)
torch.set_num_threads(1)


class AngleNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.rotate = nn.Linear(3, 3, bias=False)

    def forward(self, a, b):
        a, b = self.rotate(a), self.rotate(b)
        cosine = (a * b).sum(1) / (a.norm(dim=1) * b.norm(dim=1))
        return cosine.clamp(-1, 1).acos()


a, b = torch.randn(2, 320, 3).unbind(0)
b[::64] = a[::64].clone()
stretch = torch.tensor([1.0, 2.0, 0.5])
wanted = torch.nn.functional.cosine_similarity(a * stretch, b * stretch).clamp(-1, 1).acos()
model = AngleNet()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-2)
batches = torch.arange(320).split(16)
for epoch in range(5):
    left_out = 0
    for rows in batches:
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(a[rows], b[rows]), wanted[rows])
        loss.backward()
        try:
            clip_grad_norm_(model.parameters(), 1.0, error_if_nonfinite=True)
        except RuntimeError:
            left_out += 1
            continue
        optimizer.step()
    print(f"{epoch}: {loss.item():.3f}, {left_out} of {len(batches)} left out")
