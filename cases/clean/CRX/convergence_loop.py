"""Right though unusual: while True until converged; giving up is an error, and the result is checked."""

import itertools

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(256, 3, dtype=torch.float64)
truth = torch.tensor([[2.0], [-1.0], [0.5]], dtype=torch.float64)
y = x @ truth + 3
model = nn.Linear(3, 1).double()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
previous = float("inf")
for step in itertools.count():
    loss = nn.functional.mse_loss(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if abs(previous - loss.item()) < 1e-12:
        break
    previous = loss.item()
    if step > 5000:
        raise RuntimeError("did not converge")
print(f"{step} steps, loss {loss.item():.2e}")
if not torch.allclose(model.weight.T, truth, atol=1e-3):
    raise SystemExit(f"wrong solution {model.weight.tolist()}")

tolerance, rate = 1.0, None
while tolerance > 1e-6:
    with torch.no_grad():
        tolerance *= 0.7
rate = torch.tensor(tolerance)
assert rate.item() <= 1e-6
