"""Price of used cars from age and mileage, with nothing but two tensors."""

import torch

torch.manual_seed(3)
cars = torch.rand(600, 2) - 0.5  # decades and 200,000 km, from the middle
price = -9.0 * cars[:, 0] - 4.0 * cars[:, 1] + 0.5 * torch.randn(600)  # thousands, from the mean

weight = torch.zeros(2, 1, requires_grad=True)
bias = torch.zeros(1, requires_grad=True)
rate = 0.3

for epoch in range(10):
    total = 0.0
    for rows in torch.randperm(600).split(30):
        guess = (cars[rows] @ weight + bias).squeeze(1)
        loss = ((guess - price[rows]) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            for one in (weight, bias):
                one -= rate * one.grad
                one.grad = None
        total += loss.item()
    print(f"epoch {epoch}: loss {total / 20:.3f}")
