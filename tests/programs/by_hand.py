"""Gradient descent with momentum written by hand: no torch.optim, no nn.Module."""

import os

import numpy as np
import torch
from sklearn.datasets import load_wine

rng = np.random.default_rng(5)
features, kinds = load_wine(return_X_y=True)  # (178, 13), (178,) in 0..2
order = rng.permutation(len(kinds))
features, kinds = features[order], kinds[order]
features = (features - features[:130].mean(axis=0)) / features[:130].std(axis=0)
X = torch.from_numpy(features).float()
Y = torch.from_numpy(kinds).long()
X_train, Y_train, X_test, Y_test = X[:130], Y[:130], X[130:], Y[130:]

generator = torch.Generator().manual_seed(5)
W1 = (torch.randn(13, 20, generator=generator) / 13**0.5).requires_grad_()
b1 = torch.zeros(20, requires_grad=True)
W2 = (torch.randn(20, 3, generator=generator) / 20**0.5).requires_grad_()
b2 = torch.zeros(3, requires_grad=True)
params = [W1, b1, W2, b2]
velocities = [torch.zeros_like(p) for p in params]
lr, momentum = 0.05, 0.9


def forward(x):
    return torch.tanh(x @ W1 + b1) @ W2 + b2


log = []
for _epoch in range(40):
    for chosen in torch.randperm(130, generator=generator).split(26):
        loss = torch.nn.functional.cross_entropy(forward(X_train[chosen]), Y_train[chosen])
        loss.backward()
        with torch.no_grad():
            for p, v in zip(params, velocities, strict=True):
                v.mul_(momentum).add_(p.grad)
                p -= lr * v
                p.grad = None
    with torch.no_grad():
        hits = (forward(X_test).argmax(1) == Y_test).float().mean()
    log.append((loss.item(), hits.item()))

os.makedirs("wine", exist_ok=True)
np.savetxt("wine/log.csv", np.array(log), delimiter=",", header="loss,accuracy")
np.savez("wine/weights.npz", W1=W1.detach().numpy(), b1=b1.detach().numpy(), W2=W2.detach().numpy())
print(f"done: wine kinds told apart, test accuracy {log[-1][1]:.3f} after {len(log)} epochs")
