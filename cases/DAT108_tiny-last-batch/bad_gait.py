"""Walking or running from a sensor on the wrist: a recurrent network with normalised states."""

import torch
from torch import nn
from torch.utils.data import BatchSampler, DataLoader, Dataset, RandomSampler


class Strides(Dataset):
    def __init__(self, count):
        self.running = torch.arange(count) % 2
        times = torch.arange(18.0) * (0.4 + 0.5 * self.running[:, None]) + 6.28 * torch.rand(count, 1)
        self.motion = torch.stack([times.sin(), times.cos()], dim=2) + 0.2 * torch.randn(count, 18, 2)

    def __len__(self):
        return len(self.running)

    def __getitem__(self, index):
        return {"motion": self.motion[index], "running": self.running[index]}


class Gait(nn.Module):
    def __init__(self, width=16):
        super().__init__()
        self.memory = nn.LSTM(2, width, batch_first=True)
        self.normal = nn.BatchNorm1d(width)
        self.answer = nn.Linear(width, 2)

    def forward(self, motion):
        states, _ = self.memory(motion)
        return self.answer(self.normal(states.mean(dim=1)))


def loader_of(strides, size):
    return DataLoader(strides, batch_sampler=BatchSampler(RandomSampler(strides), size, drop_last=False))


def main(epochs=4):
    torch.manual_seed(23)
    known, unseen = Strides(483), Strides(100)
    gait = Gait()
    optimizer = torch.optim.NAdam(gait.parameters(), lr=5e-3)
    loader = loader_of(known, 40)
    for epoch in range(epochs):
        gait.train()
        for batch in loader:  # expect: DAT108
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(gait(batch["motion"]), batch["running"])
            loss.backward()
            optimizer.step()
        gait.eval()
        with torch.inference_mode():
            right = gait(unseen.motion).argmax(dim=1) == unseen.running
        print(epoch, right.float().mean().item())


main()
