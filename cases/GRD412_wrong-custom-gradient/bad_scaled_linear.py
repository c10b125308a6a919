"""A fully connected layer with scaled weights, written out, in a trainer for the wine table."""

import torch
import torch.nn.functional as F
from sklearn.datasets import load_wine


class ScaledLinear(torch.autograd.Function):
    @staticmethod
    def forward(x, weight, scale):
        return (x @ weight.t()) * scale

    @staticmethod
    def setup_context(ctx, inputs, output):
        x, weight, scale = inputs
        ctx.save_for_backward(x, weight, scale)

    @staticmethod
    def backward(ctx, upstream):  # expect: GRD412
        x, weight, scale = ctx.saved_tensors
        grad_x = (upstream * scale) @ weight
        grad_weight = upstream.t() @ x
        grad_scale = (upstream * (x @ weight.t())).sum(0)
        return grad_x, grad_weight, grad_scale


class Dense(torch.nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.randn(outputs, inputs) / inputs**0.5)
        self.scale = torch.nn.Parameter(0.5 + torch.rand(outputs))

    def forward(self, x):
        return ScaledLinear.apply(x, self.weight, self.scale)


class Trainer:
    def __init__(self, model, lr):
        self.model = model
        self.optimizer = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=0.0)

    def fit(self, batches):
        for batch in batches:
            loss = F.cross_entropy(self.model(batch["x"]), batch["y"])
            self.optimizer.zero_grad(set_to_none=True)
            loss.backward()
            self.optimizer.step()
        return loss.item()


if __name__ == "__main__":
    torch.manual_seed(2)
    table = load_wine()
    x = torch.tensor(table.data, dtype=torch.float32)
    x = (x - x.mean(0)) / x.std(0)
    y = torch.tensor(table.target)
    trainer = Trainer(torch.nn.Sequential(Dense(13, 24), torch.nn.Tanh(), Dense(24, 3)), lr=5e-3)
    for epoch in range(30):
        order = torch.randperm(len(x))
        final = trainer.fit({"x": x[rows], "y": y[rows]} for rows in order.split(32))
        if epoch % 10 == 0:
            print(epoch, final)
