"""Soft decision trees of depth 0, 1 and 2 over irises: leaves hold shares of the classes, splits see the flower."""

import torch
from sklearn.datasets import load_iris
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
flowers, kinds = load_iris(return_X_y=True)
inputs = torch.tensor(flowers, dtype=torch.float32)
inputs = (inputs - inputs.mean(0)) / inputs.std(0)
loader = DataLoader(TensorDataset(inputs, torch.tensor(kinds)), batch_size=30, shuffle=True)


class SoftTree(nn.Module):
    def __init__(self, depth: int) -> None:
        super().__init__()
        self.depth = depth
        self.embed = nn.Sequential(nn.Linear(4, 8), nn.Tanh())
        self.splits = nn.Linear(8, max(1, 2**depth - 1))
        self.leaves = nn.Parameter(0.4 * torch.randn(2**depth, 3))

    def forward(self, batch: torch.Tensor) -> torch.Tensor:
        right = self.splits(self.embed(batch)).sigmoid()
        reach = batch.new_ones(len(batch), 1)
        for level in range(self.depth):
            here = right[:, 2**level - 1 : 2 ** (level + 1) - 1]
            reach = torch.stack([reach * (1 - here), reach * here], dim=2).flatten(1)
        return torch.log(reach @ self.leaves.softmax(1) + 1e-8)


for depth in range(3):
    tree = SoftTree(depth)
    optimizer = torch.optim.Adam(tree.parameters(), lr=5e-2)
    for _epoch in range(40):
        for batch, wanted in loader:
            loss = nn.functional.nll_loss(tree(batch), wanted)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    with torch.no_grad():
        print(depth, (tree(inputs).argmax(1) == torch.tensor(kinds)).float().mean().item())
