"""Mixed precision with the parts of a step in small functions."""

import torch
from torch import nn

torch.manual_seed(1)
torch.set_num_threads(1)
x = torch.randn(400, 10)
y = (x[:, :5].sum(1) > 0).float()
model = nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 1), nn.Flatten(0))
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
scaler = torch.amp.GradScaler("cpu")


def gradients(rows):
    optimizer.zero_grad(set_to_none=True)
    with torch.autocast("cpu", dtype=torch.float16):
        logits = model(x[rows])
    loss = nn.functional.binary_cross_entropy_with_logits(logits.float(), y[rows])
    scaler.scale(loss).backward()
    return loss.detach()


def apply(limit):
    for group in optimizer.param_groups:
        nn.utils.clip_grad_norm_(group["params"], limit)  # expect: GRD407
    scaler.step(optimizer)
    scaler.update()


it = 0
while it < 50:
    loss = gradients(torch.randint(0, 400, (40,)))
    apply(1.0)
    it += 1
print(f"{loss.item():.4f}")
