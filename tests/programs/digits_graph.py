"""Labels spread over a graph of similar digits: a graph network trained on the whole graph at once."""

import csv

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from sklearn.neighbors import kneighbors_graph
from torch.nn import Dropout, Linear, Module

PER_CLASS, EPOCHS = 10, 700


def normalised(adjacency):
    """D^-1/2 (A + I) D^-1/2 as a sparse tensor (N, N)."""
    a = adjacency.maximum(adjacency.T)
    a.setdiag(1.0)
    scale = 1 / np.sqrt(np.asarray(a.sum(axis=1)).ravel())
    a = a.tocoo()
    values = torch.tensor(a.data * scale[a.row] * scale[a.col], dtype=torch.float32)
    indices = torch.from_numpy(np.stack([a.row, a.col]).astype(np.int64))
    return torch.sparse_coo_tensor(indices, values, a.shape).coalesce()


class GraphNet(Module):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.first, self.second = Linear(n_in, n_hidden), Linear(n_hidden, n_out)
        self.dropout = Dropout(0.5)

    def forward(self, graph, x):
        x = F.relu(torch.sparse.mm(graph, self.first(self.dropout(x))))
        return torch.sparse.mm(graph, self.second(self.dropout(x)))


torch.manual_seed(0)
pixels, target = load_digits(return_X_y=True)
graph = normalised(kneighbors_graph(pixels, 8))
x, y = torch.tensor(pixels / 16, dtype=torch.float32), torch.tensor(target)
labelled = torch.cat([torch.nonzero(y == digit).flatten()[:PER_CLASS] for digit in range(10)])
is_test = torch.ones(len(y), dtype=torch.bool)
is_test[labelled] = False

model = GraphNet(64, 512, 10)
optimizer = torch.optim.Adam(model.parameters(), lr=0.01, weight_decay=5e-4)
history = []
for epoch in range(1, EPOCHS + 1):
    model.train()
    optimizer.zero_grad()
    out = model(graph, x)
    loss = F.cross_entropy(out[labelled], y[labelled])
    loss.backward()
    optimizer.step()

    model.eval()
    with torch.no_grad():
        right = model(graph, x).argmax(dim=1) == y
    history.append((epoch, loss.item(), right[is_test].float().mean().item()))
    if epoch % 100 == 0:
        print("epoch {}: loss {:.4f}, unlabelled {:.3f}".format(*history[-1]))

with open("graph_history.csv", "w", newline="") as f:
    csv.writer(f).writerows(history)
print(f"done: {history[-1][2]:.1%} of unlabelled digits right")
