"""Right though unusual: eight learning rates are tried at once in stacked networks; those that blow up are left dead."""

import torch

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(512, 5)
y = torch.sin(x[:, 0]) + 0.5 * x[:, 1]
rates = torch.tensor([1e-4, 1e-3, 1e-2, 3e-2, 1e-1, 1e4, 1e8, 1e12])
count = len(rates)
first = (torch.randn(count, 5, 32) / 5**0.5).requires_grad_()
shift = torch.zeros(count, 1, 32, requires_grad=True)
second = (torch.randn(count, 32, 1) / 32**0.5).requires_grad_()
optimizer = torch.optim.SGD([first, shift, second], lr=1.0)
for step in range(120):
    rows = torch.randint(0, 400, (64,))
    guess = (torch.relu(x[rows] @ first + shift) @ second).squeeze(2)
    errors = (guess - y[rows]).square().mean(1)
    optimizer.zero_grad()
    torch.where(errors.isfinite(), errors, 0).sum().backward()
    with torch.no_grad():
        for tensor in (first, shift, second):
            tensor.grad.mul_(rates[:, None, None])
    optimizer.step()
with torch.no_grad():
    held_out = ((torch.relu(x[400:] @ first + shift) @ second).squeeze(2) - y[400:]).square().mean(1)
best = int(held_out.nan_to_num(nan=float("inf")).argmin())
print("held-out errors", held_out.tolist())
print(f"best rate {rates[best].item():g}, error {held_out[best].item():.3f}")
