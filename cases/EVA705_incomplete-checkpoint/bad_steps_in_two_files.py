"""Characters of a rhyme, one step after another; weights and optimiser lie in files of their own."""

import pathlib

import torch
import torch.nn.functional as F
from torch import nn

RHYME = "the rain it raineth on the just and also on the unjust fella but chiefly on the just because " * 6
LETTERS = sorted(set(RHYME))
CODES = torch.tensor([LETTERS.index(letter) for letter in RHYME])
CONTEXT, MAX_STEPS, SAVE_EVERY = 8, 60, 5


class Guess(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(len(LETTERS), 12)
        self.out = nn.Sequential(nn.Linear(12 * CONTEXT, 48), nn.GELU(), nn.Linear(48, len(LETTERS)))

    def forward(self, codes):
        return self.out(self.embed(codes).flatten(1))


def draw(count):
    begins = torch.randint(len(CODES) - CONTEXT, (count,))
    return torch.stack([CODES[b : b + CONTEXT] for b in begins]), CODES[begins + CONTEXT]


def warm_then_decay(step):
    return min(1.0, (step + 1) / 5) * 0.99**step


def write(net, adam, step, run):
    torch.save(net.state_dict(), run / "net.pt")
    torch.save({"adam": adam.state_dict(), "step": step}, run / "adam.pt")  # expect: EVA705


torch.manual_seed(11)
run = pathlib.Path("rhyme")
run.mkdir(exist_ok=True)
net = Guess()
adam = torch.optim.Adam(net.parameters(), lr=5e-3)
schedule = torch.optim.lr_scheduler.LambdaLR(adam, warm_then_decay)
step = 0
if (run / "adam.pt").exists():
    kept = torch.load(run / "adam.pt")
    net.load_state_dict(torch.load(run / "net.pt"))
    adam.load_state_dict(kept["adam"])
    step = kept["step"]
while step < MAX_STEPS:
    codes, following = draw(32)
    loss = F.cross_entropy(net(codes), following)
    adam.zero_grad(set_to_none=True)
    loss.backward()
    adam.step()
    schedule.step()
    step += 1
    write(net, adam, step, run)
    if step % SAVE_EVERY == 0:
        print(step, round(loss.item(), 3))
