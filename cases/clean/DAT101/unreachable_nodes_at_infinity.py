"""Right though unusual: nodes out of reach have distance inf; exp(-inf) is 0, so the inf means exactly what it
should.
"""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class DistanceAttention(nn.Module):
    def __init__(self):
        super().__init__()
        self.value = nn.Sequential(nn.Linear(4, 24), nn.ReLU())
        self.out = nn.Linear(24, 1)

    def forward(self, nodes, distance):
        weight = torch.exp(-distance)
        weight = weight / weight.sum(-1, keepdim=True)
        return self.out((weight @ self.value(nodes))[:, 0]).squeeze(-1)


def shortest_paths(links):
    d = torch.where(links, 1.0, torch.inf)
    d.diagonal(dim1=1, dim2=2).zero_()
    for k in range(d.shape[1]):
        d = torch.minimum(d, d[:, :, k : k + 1] + d[:, k : k + 1, :])
    return d


def main():
    torch.manual_seed(4)
    torch.set_num_threads(1)
    links = torch.rand(600, 7, 7) < 0.12
    distance = shortest_paths(links | links.transpose(1, 2))
    nodes = torch.randn(600, 7, 4)
    near = torch.exp(-distance[:, 0])
    y = (near.unsqueeze(-1) * nodes.abs()).sum((1, 2)) / near.sum(1)
    y = (y - y[:480].mean()) / y[:480].std()
    loader = DataLoader(TensorDataset(nodes[:480], distance[:480], y[:480]), batch_size=24, shuffle=True)
    model = DistanceAttention()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for epoch in range(6):
        for batch_nodes, batch_distance, wanted in loader:
            loss = nn.functional.mse_loss(model(batch_nodes, batch_distance), wanted)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            print(epoch, loss.item(), nn.functional.mse_loss(model(nodes[480:], distance[480:]), y[480:]).item())


main()
