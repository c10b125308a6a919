"""Five kinds of grain by ten measurements; a trainer with weight decay."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Grains(Dataset):
    def __init__(self, count, seed):
        noise = torch.Generator().manual_seed(seed)
        centres = 1.2 * torch.randn(5, 10, generator=torch.Generator().manual_seed(11))
        self.kinds = torch.randint(0, 5, (count,), generator=noise)
        self.rows = centres[self.kinds] + 0.8 * torch.randn(count, 10, generator=noise)

    def __len__(self):
        return len(self.kinds)

    def __getitem__(self, index):
        return self.rows[index], self.kinds[index]


class Trainer:
    """Plain updates with momentum."""

    def __init__(self, model, decay):
        self.model = model
        self.optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=decay)

    def step(self, x, y):
        self.optimizer.zero_grad()
        loss = nn.functional.cross_entropy(self.model(x), y)
        loss.backward()
        self.optimizer.step()
        return loss.item()


torch.manual_seed(1)
trainer = Trainer(nn.Sequential(nn.Linear(10, 40), nn.ReLU(), nn.Linear(40, 5)), decay=2.0)
grains, others = DataLoader(Grains(1000, 1), batch_size=25, shuffle=True), DataLoader(Grains(400, 2), batch_size=400)
for epoch in range(15):
    trainer.model.train()
    for x, y in grains:  # expect: TRN603
        loss = trainer.step(x, y)
    trainer.model.eval()
    with torch.no_grad():
        for x, y in others:
            right = (trainer.model(x).argmax(1) == y).float().mean().item()
    print(epoch, f"loss {loss:.3f}, right {right:.3f}")
