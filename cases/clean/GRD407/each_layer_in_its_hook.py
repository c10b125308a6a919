"""Right: the optimiser runs in backward: a hook clips each parameter's gradient, steps on it and lets it go."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(9)
torch.set_num_threads(1)
x = torch.randn(300, 1, 8, 8)
y = (x[:, 0, :4].mean((1, 2)) > x[:, 0, 4:].mean((1, 2))).long()
model = nn.Sequential(nn.Conv2d(1, 6, 3), nn.ReLU(), nn.Flatten(), nn.Linear(216, 2))
optimizers = {p: torch.optim.Adam([p], lr=3e-3) for p in model.parameters()}


def step_now(parameter):
    nn.utils.clip_grad_norm_(parameter, 0.2)
    optimizers[parameter].step()
    optimizers[parameter].zero_grad()


for p in model.parameters():
    p.register_post_accumulate_grad_hook(step_now)
for epoch in range(4):
    for images, labels in DataLoader(TensorDataset(x, y), batch_size=30, shuffle=True):
        loss = nn.functional.cross_entropy(model(images), labels)
        loss.backward()
    print(f"epoch {epoch}: {loss.item():.4f}")
