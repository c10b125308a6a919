"""Digits with a network written by hand, its weights in a list."""

import torch
from sklearn.datasets import load_digits

torch.manual_seed(2)
pictures, classes = load_digits(return_X_y=True)
pictures = torch.tensor((pictures - 5) / 6, dtype=torch.float32)
classes = torch.tensor(classes)


class Tower:
    def __init__(self, sizes):
        self.weights = []
        self.biases = []
        for inputs, outputs in zip(sizes[:-1], sizes[1:]):
            weight = torch.randn(inputs, outputs) * 0.02
            self.weights.append(weight.requires_grad_())
            self.biases.append(torch.zeros(outputs, requires_grad=True))

    def parameters(self):
        return self.weights + self.biases

    def __call__(self, value):
        for weight, bias in zip(self.weights[:-1], self.biases[:-1]):
            value = torch.tanh(value @ weight + bias)
        return value @ self.weights[-1] + self.biases[-1]


tower = Tower([64, 100, 100, 100, 100, 10])
optimiser = torch.optim.SGD(tower.parameters(), lr=0.05, momentum=0.9)  # expect: MOD211
step = 0
while step < 2000:
    index = torch.randint(1500, (64,))
    loss = torch.nn.functional.cross_entropy(tower(pictures[index]), classes[index])
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    if step % 200 == 0:
        with torch.no_grad():
            right = (tower(pictures[1500:]).argmax(1) == classes[1500:]).float().mean()
        print(step, loss.item(), right.item())
    step += 1
