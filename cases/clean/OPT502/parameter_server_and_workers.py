"""Right though unusual: a server's parameters are stepped; workers hold replicas and send it their gradients."""

import copy

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)


class Server:
    def __init__(self, net):
        self.net = net
        self.optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)

    def weights(self):
        return copy.deepcopy(self.net.state_dict())

    def receive(self, gradients):
        for name, parameter in self.net.named_parameters():
            parameter.grad = torch.stack([sent[name] for sent in gradients]).mean(0)
        self.optimizer.step()


class Worker:
    def __init__(self, net, x, y):
        self.net, self.x, self.y = net, x, y

    def work(self, weights):
        self.net.load_state_dict(weights)
        rows = torch.randint(0, len(self.x), (32,))
        self.net.zero_grad()
        loss = nn.functional.cross_entropy(self.net(self.x[rows]), self.y[rows])
        loss.backward()
        return loss.item(), {name: p.grad.clone() for name, p in self.net.named_parameters()}


def build():
    return nn.Sequential(nn.Linear(5, 20), nn.ReLU(), nn.Linear(20, 2))


x = torch.randn(600, 5)
y = (x[:, 0] > x[:, 1]).long()
server = Server(build())
workers = [Worker(build(), x[i::3], y[i::3]) for i in range(3)]
for round_number in range(20):
    weights = server.weights()
    replies = [worker.work(weights) for worker in workers]
    server.receive([gradients for _, gradients in replies])
    print(f"{round_number}: {sum(loss for loss, _ in replies) / 3:.3f}")
