"""Right though unusual: a parameter server.

The optimiser moves the server's tensors, the worker's model pulls them rarely.
"""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Server:
    def __init__(self, parameters, lr):
        self.weights = [p.detach().clone().requires_grad_() for p in parameters]
        self.optimizer = torch.optim.SGD(self.weights, lr=lr)

    def push(self, gradients):
        for weight, gradient in zip(self.weights, gradients, strict=True):
            weight.grad = gradient.clone()
        self.optimizer.step()

    @torch.no_grad()
    def pull(self, parameters):
        for parameter, weight in zip(parameters, self.weights, strict=True):
            parameter.copy_(weight)


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(640, 5)
y = (x[:, 0] * x[:, 1] > 0).long()
worker = nn.Sequential(nn.Linear(5, 48), nn.ReLU(), nn.Linear(48, 2))
server = Server(worker.parameters(), lr=0.05)
step = 0
for epoch in range(40):
    for inputs, labels in DataLoader(TensorDataset(x, y), batch_size=32, shuffle=True):
        loss = nn.functional.cross_entropy(worker(inputs), labels)
        worker.zero_grad()
        loss.backward()
        server.push([p.grad for p in worker.parameters()])
        step += 1
        if step % 15 == 0:
            server.pull(worker.parameters())
    if epoch % 8 == 0:
        print(f"epoch {epoch}: {loss.item():.4f}")
