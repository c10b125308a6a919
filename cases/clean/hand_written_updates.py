"""Right though unusual: no torch.optim; plain tensors are updated by hand."""

import torch

torch.manual_seed(0)
x = torch.randn(400, 3)
y = torch.sigmoid(x @ torch.tensor([2.0, -1.0, 0.5])).gt(torch.rand(400)).float()
hidden = (0.5 * torch.randn(3, 8)).requires_grad_()
bias = torch.zeros(8, requires_grad=True)
output = (0.3 * torch.randn(8)).requires_grad_()
rate = 0.3

for epoch in range(6):
    total = 0.0
    for rows in torch.randperm(320).split(32):
        logits = torch.tanh(x[rows] @ hidden + bias) @ output
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, y[rows])
        loss.backward()
        with torch.no_grad():
            for weight in (hidden, bias, output):
                weight -= rate * weight.grad
                weight.grad = None
        total += loss.item()
    with torch.no_grad():
        guess = torch.tanh(x[320:] @ hidden + bias) @ output > 0
        accuracy = (guess == (y[320:] > 0.5)).float().mean()
    print(f"epoch {epoch}: loss {total / 10:.3f}, accuracy {accuracy:.3f}")
