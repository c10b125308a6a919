"""Right: the scaler is switched off on this machine, so there is no factor to take out before clipping."""

import torch
from torch import nn


class Trainer:
    def __init__(self, model, half=False, clip=0.5):
        self.model, self.clip = model, clip
        self.scaler = torch.amp.GradScaler("cpu", enabled=half)
        self.optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)

    def step(self, x, y):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = nn.functional.cross_entropy(self.model(x), y)
        self.optimizer.zero_grad()
        self.scaler.scale(loss).backward()
        norm = nn.utils.clip_grad_norm_(self.model.parameters(), self.clip * self.scaler.get_scale())
        self.scaler.step(self.optimizer)
        self.scaler.update()
        return loss.item(), norm.item()


torch.manual_seed(5)
torch.set_num_threads(1)
x = torch.randn(320, 8)
y = (x[:, :4].sum(1) > x[:, 4:].sum(1)).long()
trainer = Trainer(nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 2)))
for epoch in range(5):
    for rows in torch.randperm(320).split(32):
        loss, norm = trainer.step(x[rows], y[rows])
    print(f"epoch {epoch}: {loss:.3f}, norm {norm:.3f}")
