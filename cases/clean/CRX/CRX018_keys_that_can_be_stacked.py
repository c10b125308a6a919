"""Right though unusual: which keys of a sample can be stacked is found by trying each; the others stay lists."""

import torch
from torch import nn
from torch.utils.data import DataLoader, default_collate


class Scene(dict):
    """A picture, its boxes, a remark and the number of boxes."""


def scenes(count):
    for i in range(count):
        boxes = torch.rand(int(torch.randint(1, 5, ())), 4)
        picture = torch.full((16,), 0.2 * len(boxes)) + 0.1 * torch.randn(16)
        yield Scene(picture=picture, boxes=boxes, remark="blurred" if i % 3 else None, count=float(len(boxes)))


class Collate:
    def __init__(self, examples):
        self.stacked = []
        for key in examples[0]:
            try:
                default_collate([example[key] for example in examples])
            except (RuntimeError, TypeError) as error:
                print(f"{key} stays a list: {str(error)[:50]}")
            else:
                self.stacked.append(key)

    def __call__(self, batch):
        columns = {key: [scene[key] for scene in batch] for key in batch[0]}
        return columns | {key: default_collate(columns[key]) for key in self.stacked}


torch.manual_seed(0)
torch.set_num_threads(1)
data = list(scenes(256))
loader = DataLoader(data, batch_size=32, shuffle=True, collate_fn=Collate(data[:20]))
model = nn.Sequential(nn.Linear(16, 8), nn.ReLU(), nn.Linear(8, 1), nn.Flatten(0))
optimizer = torch.optim.RMSprop(model.parameters(), lr=5e-3)
for epoch in range(8):
    boxes = 0
    for batch in loader:
        loss = nn.functional.mse_loss(model(batch["picture"]), batch["count"].float())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        boxes += sum(map(len, batch["boxes"]))
    print(epoch, loss.item(), boxes)
