"""Which of four machines made a noise: features put on a common scale by a normalisation of our own."""

import torch
from torch import nn


def standardise(x, eps):
    centred = x - x.mean(-1, keepdim=True)
    inverse = (centred.pow(2).mean(-1, keepdim=True) + eps).rsqrt()
    return centred * inverse, inverse


class NormFunction(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, gain, eps):
        normed, inverse = standardise(x, eps)
        ctx.save_for_backward(normed, inverse, gain)
        return normed * gain

    @staticmethod
    def backward(ctx, grad):  # expect: GRD412
        normed, inverse, gain = ctx.saved_tensors
        inner = grad * gain
        grad_x = (inner - inner.mean(-1, keepdim=True) - normed * inner.mean(-1, keepdim=True)) * inverse
        return grad_x, (grad * normed).sum(0), None


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(20, 48), nn.Linear(48, 4)
        self.gain = nn.Parameter(torch.ones(48))

    def forward(self, sounds):
        hidden = NormFunction.apply(self.first(sounds), self.gain, 1e-5)
        return self.second(torch.nn.functional.gelu(hidden))


torch.manual_seed(4)
centres = torch.randn(4, 20)
machine = torch.randint(0, 4, (640,))
sounds = centres[machine] + 0.8 * torch.randn(640, 20)
net = Classifier()
optimizer = torch.optim.RMSprop(net.parameters(), lr=1e-3)
for epoch in range(8):
    for number, (x, y) in enumerate(zip(sounds.split(40), machine.split(40), strict=True)):
        loss = nn.functional.cross_entropy(net(x), y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        if number == 0:
            print(f"{epoch}: {loss.item():.3f}")
