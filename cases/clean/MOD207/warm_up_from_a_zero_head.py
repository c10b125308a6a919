"""Transfer to digits: the new head begins at zero, so the old features are not shaken while the rate warms up."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
images, labels = load_digits(return_X_y=True)
images = torch.tensor(images / 16, dtype=torch.float32)
labels = torch.tensor(labels)


def fit(model: nn.Module, wanted: torch.Tensor, epochs: int, warm: int, peak: float) -> None:
    loader = DataLoader(TensorDataset(images[:1000], wanted[:1000]), batch_size=100, shuffle=True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=peak)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1.0, (step + 1) / warm))
    for epoch in range(epochs):
        for inputs, targets in loader:
            loss = nn.functional.cross_entropy(model(inputs), targets)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        print(epoch, round(loss.item(), 3))


body = nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 48), nn.ReLU())
fit(nn.Sequential(body, nn.Linear(48, 2)), labels % 2, epochs=3, warm=1, peak=1e-3)
head = nn.Linear(48, 10)
nn.init.zeros_(head.weight)
nn.init.zeros_(head.bias)
model = nn.Sequential(body, head)
fit(model, labels, epochs=20, warm=50, peak=4e-3)
with torch.no_grad():
    print((model(images[1000:]).argmax(1) == labels[1000:]).float().mean().item())
