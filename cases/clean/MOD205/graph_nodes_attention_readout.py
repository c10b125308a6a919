"""Right: one graph a step: nodes are the rows, the readout's attention and a node-importance target run over them."""

import torch
from torch import nn

torch.manual_seed(8)
torch.set_num_threads(1)


def draw_graph(nodes=12):
    upper = torch.triu((torch.rand(nodes, nodes) < 0.3).float(), 1)
    adjacency = upper + upper.T + torch.eye(nodes)
    walk = adjacency / adjacency.sum(0)
    rank = torch.full((nodes,), 1 / nodes)
    for _ in range(20):
        rank = 0.15 / nodes + 0.85 * walk @ rank
    return adjacency, rank  # PageRank: adds up to 1 over the nodes


class NodeShare(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(2, 16), nn.Linear(32, 1)

    def forward(self, adjacency):
        degree = adjacency.sum(1, keepdim=True)
        h = torch.relu(self.first(torch.cat([degree / 5, 1 / degree], 1)))
        h = torch.cat([h, adjacency @ h / degree], 1)
        return torch.softmax(self.second(h), 0)


graphs = [draw_graph() for _ in range(60)]
model = NodeShare()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(4):
    for adjacency, rank in graphs:
        share = model(adjacency)
        loss = nn.functional.l1_loss(share, rank.unsqueeze(1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.5f}")
