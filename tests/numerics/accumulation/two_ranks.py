"""Run by torchrun on two ranks: the gradient of unequal windows under DDP beside that of one batch; prints the miss."""

import torch
import torch.distributed as dist
from torch import nn
from torch.nn import functional as F
from torch.nn.parallel import DistributedDataParallel

import trialrun

IGNORED = -100


def whole_batch(reduction):
    """The model, its data, and the gradient and loss of all 20 samples at once."""
    torch.manual_seed(3)
    net = nn.Sequential(nn.Linear(6, 10), nn.Tanh(), nn.Linear(10, 4)).double()
    inputs, targets = torch.randn(20, 6, dtype=torch.float64), torch.randint(0, 4, (20,))
    targets[torch.rand(20) < 0.3] = IGNORED
    loss = F.cross_entropy(net(inputs), targets, reduction=reduction)
    loss.backward()
    expected = [parameter.grad.clone() for parameter in net.parameters()]
    net.zero_grad()
    return net, inputs, targets, expected, loss.item()


def compare(reduction):
    rank = dist.get_rank()
    net, inputs, targets, expected, whole_loss = whole_batch(reduction)
    model = DistributedDataParallel(net)
    synchronised = []

    def averaging(state, bucket):  # what DDP does without a hook, counted
        synchronised.append(1)
        dist.all_reduce(bucket.buffer().div_(dist.get_world_size()))
        future = torch.futures.Future()
        future.set_result(bucket.buffer())
        return future

    model.register_comm_hook(None, averaging)
    # 13 samples in 3 micro-batches on rank 0, 7 in 2 on rank 1, and 30 % of the targets count for nothing.
    spans = ((0, 5), (5, 10), (10, 13)) if rank == 0 else ((13, 17), (17, 20))
    loader = [(inputs[begin:end], targets[begin:end]) for begin, end in spans]
    windows = trialrun.accumulate(
        loader, steps=4, model=model, count=lambda batch: (batch[1] != IGNORED).sum(), reduction=reduction
    )
    for window in windows:
        for micro in window:
            features, classes = micro.batch
            micro.backward(F.cross_entropy(model(features), classes, reduction=reduction))
    miss = max(float((p.grad - g).norm() / g.norm()) for p, g in zip(net.parameters(), expected, strict=True))
    mean_loss = window.loss.clone()
    dist.all_reduce(mean_loss)
    loss_miss = abs(float(mean_loss) / dist.get_world_size() / whole_loss - 1)
    print(f"RANK {rank} {reduction} MISS {miss:.3g} LOSS {loss_miss:.3g} SYNCHRONISED {len(synchronised)}", flush=True)


if __name__ == "__main__":
    dist.init_process_group("gloo")
    compare("mean")
    compare("sum")
    dist.destroy_process_group()
