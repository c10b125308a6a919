"""Right though unusual: a memory test of the training step asks that its graph is freed; a refusal is the pass."""

import contextlib
import doctest

import torch
from torch import nn


def frees_its_graph(loss):
    """Whether a backward of this loss has been made and freed the graph.

    >>> w = torch.ones(2, requires_grad=True)
    >>> loss = (w * w).sum()
    >>> loss.backward()
    >>> frees_its_graph(loss)
    True
    >>> loss.backward()
    Traceback (most recent call last):
    RuntimeError: ...
    """
    freed = True
    with contextlib.suppress(RuntimeError):
        torch.autograd.grad(loss, [leaf for leaf in leaves(loss) if leaf.requires_grad], allow_unused=True)
        freed = False
    return freed


def leaves(loss):
    found, queue = [], [loss.grad_fn]
    while queue:
        node = queue.pop()
        if hasattr(node, "variable"):
            found.append(node.variable)
        queue += [parent for parent, _ in node.next_functions if parent is not None]
    return found


def train_step(model, optimizer, x, y):
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
    return loss


def main():
    tried = doctest.testmod(optionflags=doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL)
    assert not tried.failed
    torch.manual_seed(0)
    torch.set_num_threads(1)
    x = torch.randn(400, 6)
    y = (x[:, 0] > x[:, 1]).long() + (x[:, 0] > x[:, 2]).long()
    model = nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 3))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for epoch in range(10):
        for number, rows in enumerate(torch.randperm(400).split(40)):
            loss = train_step(model, optimizer, x[rows], y[rows])
            if epoch == number == 0 and not frees_its_graph(loss):
                raise SystemExit("the step keeps its graph")
        print(f"epoch {epoch}: {loss.item():.3f}")


if __name__ == "__main__":
    main()
