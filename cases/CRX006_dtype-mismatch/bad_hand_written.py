"""Linear regression by hand: the table is float64, the weights are not."""

import numpy as np
import torch

rng = np.random.default_rng(3)
torch.manual_seed(3)
days = rng.normal(size=(256, 7))
tomorrow = days @ np.linspace(0, 1, 7)

X = torch.from_numpy(days)
y = torch.tensor(tomorrow, dtype=torch.float32)
w = torch.zeros(7, requires_grad=True)

step = 0
while step < 60:
    rows = torch.randint(0, len(X), (32,))
    error = (X[rows] @ w - y[rows]).square().mean()  # expect: CRX006
    error.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
        w.grad.zero_()
    step += 1
print("last error", error.item())
