"""Right though unusual: a hypernetwork writes the weights; the layer in the dict is only a template for
functional_call.
"""

import torch
from torch import nn
from torch.func import functional_call
from torch.utils.data import DataLoader, TensorDataset


class HyperNet(nn.Module):
    def __init__(self, tasks):
        super().__init__()
        template = nn.Sequential(nn.Linear(2, 12), nn.Tanh(), nn.Linear(12, 1))
        self.parts = {"template": template}
        self.base = nn.ParameterList([nn.Parameter(p.detach().clone()) for p in template.parameters()])
        self.names = [name for name, _ in template.named_parameters()]
        count = sum(p.numel() for p in template.parameters())
        self.code = nn.Embedding(tasks, 6)
        self.writer = nn.Linear(6, count, bias=False)

    def forward(self, x, task):
        flat = self.writer(self.code(task))
        weights, start = {}, 0
        for name, base in zip(self.names, self.base, strict=False):
            weights[name] = base + 0.3 * flat[start : start + base.numel()].view_as(base)
            start += base.numel()
        return functional_call(self.parts["template"], weights, (x,)).squeeze(-1)


def main():
    torch.manual_seed(4)
    torch.set_num_threads(1)
    x = torch.rand(480, 2) * 2 - 1
    shifts = torch.linspace(-1, 1, 4)
    targets = torch.stack([torch.sin(3 * x[:, 0] + s) + s * x[:, 1] for s in shifts], dim=1)
    loader = DataLoader(TensorDataset(x[:400], targets[:400]), batch_size=50, shuffle=True)
    model = HyperNet(len(shifts))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for epoch in range(12):
        for inputs, wanted in loader:
            optimizer.zero_grad()
            loss = sum((model(inputs, torch.tensor(t)) - wanted[:, t]).square().mean() for t in range(4)) / 4
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            error = sum((model(x[400:], torch.tensor(t)) - targets[400:, t]).square().mean() for t in range(4)) / 4
        print(f"epoch {epoch}: loss {loss.item():.3f}, validation {error.item():.3f}")


if __name__ == "__main__":
    main()
