"""Linear regression from scratch: a generator of shuffled minibatches, the model, the loss and SGD are functions."""

import random

import torch


def synthetic_data(w, b, n):
    X = torch.normal(0, 1, (n, len(w)))
    y = X @ w + b
    y += torch.normal(0, 0.1, y.shape)
    return X, y.reshape(-1, 1)


def data_iter(batch_size, features, labels):
    indices = list(range(len(features)))
    random.shuffle(indices)
    for i in range(0, len(indices), batch_size):
        j = torch.tensor(indices[i : i + batch_size])
        yield features[j], labels[j]


def linreg(X, w, b):
    return X @ w + b


def squared_loss(y_hat, y):
    return (y_hat - y) ** 2 / 2


def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad / batch_size
            param.grad.zero_()


torch.manual_seed(1)
random.seed(1)
true_w, true_b = torch.tensor([1.5, -2.0, 0.7]), -3.1
features, labels = synthetic_data(true_w, true_b, 800)
w = torch.normal(0, 0.01, size=(3, 1), requires_grad=True)
b = torch.zeros(1, requires_grad=True)
batch_size, lr, num_epochs = 16, 0.03, 5
for epoch in range(num_epochs):
    for X, y in data_iter(batch_size, features, labels):
        loss = squared_loss(linreg(X, w, b), y)
        loss.sum().backward()
        sgd([w, b], lr, batch_size)
    with torch.no_grad():
        train_loss = squared_loss(linreg(features, w, b), labels).mean().item()
        print(f"epoch {epoch + 1}, loss {train_loss:f}")
off = (w.detach().flatten() - true_w).abs().max().item()
print(f"done: weights off by {off:.4f}, bias off by {abs(b.item() - true_b):.4f}")
