"""One change that fools a net on all inputs: made after training, moved along the gradient's sign, kept in bounds."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
pixels, labels = load_digits(return_X_y=True)
data = TensorDataset(torch.tensor(pixels / 16, dtype=torch.float32), torch.tensor(labels))
loader = DataLoader(data, batch_size=120, shuffle=True)


class Shifted(nn.Module):
    """The net with a change added to its input; it is trained against the worst one found so far."""

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net = net

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.net(images + self.change)


net = nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 10))
model = Shifted(net)
optimizer = torch.optim.Adam(net.parameters(), lr=3e-3)
model.change = nn.Parameter(torch.zeros(64))
for epoch in range(10):
    for images, wanted in loader:
        loss = nn.functional.cross_entropy(model(images), wanted)
        model.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            model.change.data = (model.change.data + 0.01 * model.change.grad.sign()).clamp(-0.15, 0.15)
    print(epoch, round(loss.item(), 3))
with torch.no_grad():
    scores = [(f(data.tensors[0]).argmax(1) == data.tensors[1]).float().mean().item() for f in (net, model)]
print(scores)
