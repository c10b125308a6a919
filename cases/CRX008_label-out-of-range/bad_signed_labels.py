"""Up or down (+1, -1) of a noisy series."""

import torch


class Classifier(torch.nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layers = torch.nn.Sequential(torch.nn.Linear(10, width), torch.nn.ReLU(), torch.nn.Linear(width, 2))

    def forward(self, window):
        return self.layers(window)

    def loss(self, batch):
        return torch.nn.functional.cross_entropy(self(batch["window"]), batch["direction"])  # expect: CRX008


torch.manual_seed(0)
windows = torch.randn(200, 10)
directions = torch.sign(windows.mean(1)).long()
model = Classifier(24)
optimizer = torch.optim.RMSprop(model.parameters(), lr=2e-3)
for epoch in range(3):
    for k in range(0, 200, 25):
        optimizer.zero_grad()
        loss = model.loss({"window": windows[k : k + 25], "direction": directions[k : k + 25]})
        loss.backward()
        optimizer.step()
