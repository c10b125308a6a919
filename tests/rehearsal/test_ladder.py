"""What a cut breaks is not the program's fault; what would break the full run is told at once."""

from __future__ import annotations

from tests.rehearsal.conftest import TRAINING, Command, Forked


def test_a_history_that_needs_every_epoch_is_no_crash(forked: Forked) -> None:
    ended = forked.run(
        TRAINING
        + """
history = []
for epoch in range(8):
    history.append(float(train(50)))
table = torch.tensor(history).reshape(8, 1)
assert history[epoch] <= history[0]
print("complete", len(table))
"""
    )
    assert ended.status == 0
    assert "complete 8" in (forked.folder / ".trialrun/latest/stdout.log").read_text()


def test_a_value_set_every_tenth_step_is_no_crash(forked: Forked) -> None:
    ended = forked.run(
        TRAINING
        + """
for step in range(40):
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
    if step % 10 == 9 and step < 39:
        last = loss.item()
print(last)
"""
    )
    assert ended.status == 0


def test_a_name_that_exists_nowhere_is_believed_at_once(forked: Forked) -> None:
    ended = forked.run(TRAINING + "for epoch in range(500):\n    train()\nprint(best_loss)\n")
    assert ended.status == 3
    assert ended.report is not None
    (finding,) = ended.report["findings"]
    assert finding["code"] == "CRX005"
    assert ended.report["duration_s"] < 60  # 500 epochs were not run to see it


def test_a_folder_nobody_made_is_believed_at_once(forked: Forked) -> None:
    ended = forked.run(
        TRAINING
        + """
for epoch in range(500):
    train()
torch.save(model.state_dict(), "no/such/folder/model.pt")
"""
    )
    assert ended.status == 3
    assert "no/such/folder" in ended.out


def test_a_crash_that_cannot_be_settled_in_time_is_inconclusive(command: Command) -> None:
    ended = command.run(
        TRAINING
        + """
import time
seen = []
for epoch in range(300):
    seen.append(float(train()))
    time.sleep(0.2)
print(seen[299])
""",
        "--budget",
        "15",
    )
    assert ended.status == 5
    assert "IndexError" in ended.out and "--budget 600" in ended.out


def test_a_program_that_only_acts_at_first_is_given_its_loop(forked: Forked) -> None:
    ended = forked.run(
        TRAINING
        + """
def learn():
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
for step in range(300):
    with torch.no_grad():
        action = model(x[:1]).argmax(1)
    if step > 100:
        learn()
print("end")
"""
    )
    assert ended.status == 0
    assert ended.report is not None and ended.report["stages"][0]["steps"] > 0


def test_our_own_protection_is_not_the_program_s_crash(forked: Forked) -> None:
    ended = forked.run(
        TRAINING
        + """
import subprocess
train()
subprocess.run(["sbatch", "job.sh"], check=True)
"""
    )
    assert ended.status == 5
    assert "--allow-exec sbatch" in " ".join(ended.out.split())


def test_a_way_of_containment_that_is_not_there_is_bad_usage(command: Command) -> None:
    assert command.run(TRAINING + "train()", "--containment", "nowhere").status == 2


def test_one_graph_stays_one_graph(forked: Forked) -> None:
    ended = forked.run(
        TRAINING
        + """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(8, 8), nn.Linear(8, 2)])
    def forward(self, x):
        if x.shape[0] > 10_000:
            x = x * 2
        for layer in self.layers:
            x = layer(torch.relu(x))
        return x
net = Net()
model = torch.compile(net, backend="eager", fullgraph=True)
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
train()
from torch._dynamo.utils import counters
print("graphs", counters["stats"]["unique_graphs"])
"""
    )
    assert ended.status == 0
    assert "graphs 1\n" in (forked.folder / ".trialrun/latest/stdout.log").read_text()
    assert not [warning for warning in (ended.report or {})["warnings"] if "hooks" in warning["message"]]


def test_what_timing_could_not_put_back_is_no_crash(command: Command) -> None:
    ended = command.run("""
        import torch

        model = torch.nn.Linear(2, 8)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.001)
        pages = torch.zeros(4, 3, 8)  # written in place: in the graph of a sequence until its end
        for number in range(60):
            for step in range(12):
                pages[step % 4] += model(torch.rand(3, 2)).tanh()
                if step == 11:
                    optimizer.zero_grad()
                    pages.square().mean().backward()
                    optimizer.step()
                    pages = torch.zeros_like(pages)
        print("complete", number)
    """)
    assert ended.status == 0
    assert "complete 59" in (command.folder / ".trialrun/latest/stdout.log").read_text()
