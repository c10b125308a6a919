"""Right though unusual: only updates above a threshold are sent (Strom, 2015).

The residue waits, so early steps send none.
"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
THRESHOLD = 0.02
x = torch.randn(500, 6)
y = (x @ torch.randn(6, 1)).tanh()
model = nn.Sequential(nn.Linear(6, 16), nn.Tanh(), nn.Linear(16, 1))
residue = [torch.zeros_like(p) for p in model.parameters()]


def send(update):
    """What goes over the wire: plus or minus the threshold, or nothing."""
    return THRESHOLD * (update > THRESHOLD).float() - THRESHOLD * (update < -THRESHOLD).float()


for step in range(900):
    rows = torch.randint(0, len(x), (50,))
    loss = nn.functional.mse_loss(model(x[rows]), y[rows])
    gradients = torch.autograd.grad(loss, list(model.parameters()))
    with torch.no_grad():
        for p, waiting, gradient in zip(model.parameters(), residue, gradients, strict=True):
            waiting -= 0.005 * gradient
            message = send(waiting)
            waiting -= message
            p += message
    if step % 150 == 0:
        print(f"step {step}: loss {loss.item():.4f}")
