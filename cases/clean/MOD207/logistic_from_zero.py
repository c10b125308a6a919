"""Multinomial regression in plain tensors, from zero weights, with momentum written by hand."""

import numpy as np
import torch
from sklearn.datasets import load_wine
from sklearn.preprocessing import StandardScaler

torch.set_num_threads(1)
random = np.random.default_rng(0)
table, kinds = load_wine(return_X_y=True)
x = torch.tensor(StandardScaler().fit_transform(table), dtype=torch.float32)
y = torch.tensor(kinds)
weight = torch.zeros(13, 3, requires_grad=True)
bias = torch.zeros(3, requires_grad=True)
speed = [torch.zeros_like(weight), torch.zeros_like(bias)]
for epoch in range(12):
    order = torch.from_numpy(random.permutation(len(x)))
    for start in range(0, len(x), 30):
        rows = order[start : start + 30]
        scores = x[rows] @ weight + bias
        loss = torch.nn.functional.cross_entropy(scores, y[rows]) + 1e-3 * weight.square().sum()
        weight.grad = bias.grad = None
        loss.backward()
        grads = [weight.grad, bias.grad]
        with torch.no_grad():
            for held, grad, parameter in zip(speed, grads, (weight, bias), strict=True):
                held.mul_(0.9).add_(grad)
                parameter.sub_(0.05 * held)
    if epoch % 4 == 0:
        print(epoch, loss.item())
print((torch.argmax(x @ weight + bias, 1) == y).float().mean().item())
