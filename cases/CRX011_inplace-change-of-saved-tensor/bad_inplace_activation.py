"""A gated network that activates in place, for memory's sake."""

import torch


class Gated(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.left = torch.nn.Linear(6, 20)
        self.right = torch.nn.Linear(6, 20)
        self.act = torch.nn.ReLU(inplace=True)
        self.out = torch.nn.Linear(20, 1)

    def forward(self, x):
        gate = torch.sigmoid(self.left(x))
        return self.out(self.right(x) * gate + self.act(gate))  # expect: CRX011


torch.manual_seed(0)
x = torch.randn(200, 6)
y = x[:, :1] * x[:, 1:2]
net = Gated()
optimizer = torch.optim.SGD(net.parameters(), lr=0.05)
for i, (a, b) in enumerate(zip(x.split(20), y.split(20))):
    optimizer.zero_grad()
    loss = torch.nn.functional.mse_loss(net(a), b)
    loss.backward()
    optimizer.step()
    print(i, loss.item())
