"""Layers are stacked one by one; each is trained with a head of its own while the ones below stay as they are."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
pixels, labels = load_digits(return_X_y=True)
data = TensorDataset(torch.tensor(pixels / 16, dtype=torch.float32), torch.tensor(labels))
loader = DataLoader(data, batch_size=100, shuffle=True)


class Stack(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.below: list[nn.Module] = []  # plain list: what is done is no longer part of what is trained
        self.top = nn.Linear(64, 48)
        self.head = nn.Linear(48, 10)

    def push(self) -> None:
        self.below.append(nn.Sequential(self.top, nn.ReLU()))
        self.top = nn.Linear(48, 48)
        self.head = nn.Linear(48, 10)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            for layer in self.below:
                images = layer(images)
        return self.head(self.top(images).relu())


stack = Stack()
for depth in range(3):
    if depth:
        stack.push()
    optimizer = torch.optim.Adam(stack.parameters(), lr=5e-3)
    for _epoch in range(4):
        right = 0
        for images, wanted in loader:
            scores = stack(images)
            loss = nn.functional.cross_entropy(scores, wanted)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            right += (scores.argmax(1) == wanted).sum().item()
    print(depth, right / len(data))
