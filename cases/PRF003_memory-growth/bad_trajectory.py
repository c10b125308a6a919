"""A small network fitted to a noisy parabola; the path of its weights is written down on the way."""

import torch

torch.manual_seed(5)
places = torch.rand(2000, 1) * 2 - 1
heights = places**2 + 0.05 * torch.randn(2000, 1)

hidden = torch.nn.Linear(1, 200)
middle = torch.nn.Linear(200, 200)
last = torch.nn.Linear(200, 1)
weights = [*hidden.parameters(), *middle.parameters(), *last.parameters()]
optimiser = torch.optim.SGD(weights, lr=0.05, momentum=0.9)

path = {}
step = 0
while step < 20000:
    rows = torch.randint(0, len(places), (50,))
    guess = last(torch.relu(middle(torch.relu(hidden(places[rows])))))
    error = torch.nn.functional.huber_loss(guess, heights[rows])
    optimiser.zero_grad()
    error.backward()
    optimiser.step()
    path[step] = [weight.detach().clone() for weight in weights]  # expect: PRF003
    step += 1
    if step % 1000 == 0:
        print(step, error.item())

moved = sum((new - old).square().sum() for new, old in zip(path[step - 1], path[0], strict=True)).sqrt()
print("moved by", moved.item())
