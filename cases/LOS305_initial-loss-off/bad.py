"""Ten kinds of grey 12 x 12 textures, kept as bytes like the usual image files; the head is drawn by hand."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Textures(Dataset):
    def __init__(self, count: int, seed: int) -> None:
        generator = torch.Generator().manual_seed(seed)
        templates = torch.rand(10, 12, 12, generator=torch.Generator().manual_seed(99))
        self.labels = torch.randint(0, 10, (count,), generator=generator)
        noise = 0.2 * torch.randn(count, 12, 12, generator=generator)
        self.images = ((templates[self.labels] + noise).clamp(0, 1) * 255).to(torch.uint8)

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, torch.Tensor]:
        image = self.images[index].float() / 255 - 0.5
        return image, self.labels[index]


torch.manual_seed(0)
loader = DataLoader(Textures(800, seed=3), batch_size=50, shuffle=True, drop_last=True)
held_out = DataLoader(Textures(200, seed=4), batch_size=100)

model = nn.Sequential(nn.Flatten(), nn.Linear(144, 64), nn.ReLU(), nn.Linear(64, 10))
nn.init.normal_(model[3].weight, std=10)
loss_fn = nn.CrossEntropyLoss()
opt = torch.optim.SGD(model.parameters(), lr=0.05)

for epoch in range(4):
    model.train()
    for images, labels in loader:
        logits = model(images)
        loss = loss_fn(logits, labels)  # expect: LOS305
        opt.zero_grad()
        loss.backward()
        opt.step()
    model.eval()
    hits = 0
    with torch.no_grad():
        for images, labels in held_out:
            hits += int((model(images).argmax(1) == labels).sum())
    print(f"epoch {epoch}: loss {loss.item():.3f}, held-out accuracy {hits / 200:.3f}")
