"""Functions called from main(), convolutions, cross-entropy, Adam with a cosine schedule."""

from __future__ import annotations

from planted.kinds import Subject, mutant

SUBJECT = Subject(
    name="mnist_cnn",
    path="examples/mnist_cnn.py",
    seed=('"--seed", type=int, default=1)', '"--seed", type=int, default={seed})'),
    result=r"test: loss [\d.na]+, accuracy ([\d.]+)%",
    better="higher",
    arguments=("--epochs", "3"),
    planted=(
        mutant(
            "label noise",
            "    train, valid, test = order[:4000], order[4000:4500], order[4500:]\n",
            "    train, valid, test = order[:4000], order[4000:4500], order[4500:]\n"
            "    digits[train[:2000]] = torch.randint(0, 10, (2000,))\n",
        ),
        mutant("removed activation", "x = F.relu(self.fc1(x))", "x = self.fc1(x)"),
        mutant("changed activation", "x = F.relu(self.conv1(x))", "x = torch.sigmoid(self.conv1(x))"),
        mutant("removed zero_grad", "        optimizer.zero_grad()\n", ""),
        mutant("learning rate x1000", '"--lr", type=float, default=1e-3', '"--lr", type=float, default=1.0'),
        mutant("learning rate /1000", '"--lr", type=float, default=1e-3', '"--lr", type=float, default=1e-6'),
        mutant(
            "wrong loss",
            "loss = F.cross_entropy(model(images), digits)",
            "loss = F.nll_loss(model(images), digits)",
            codes=("LOS304",),
        ),
        mutant(
            "zeroed weights",
            "    model = Net()\n",
            "    model = Net()\n    for parameter in model.parameters():\n        nn.init.zeros_(parameter)\n",
        ),
        mutant("added softmax", "return self.fc2(self.dropout2(x))", "return F.softmax(self.fc2(self.dropout2(x)), 1)"),
        mutant("removed bias", "nn.Linear(128, 10)", "nn.Linear(128, 10, bias=False)"),
        mutant("unshuffled data", "batch_size=args.batch_size, shuffle=True", "batch_size=args.batch_size"),
        mutant(
            "removed normalisation",
            ".view(-1, 1, 28, 28) / 255\n    images = (images - MEAN) / STD\n",
            ".view(-1, 1, 28, 28)\n",
        ),
        mutant("dropout 0.95", "nn.Dropout(0.5)", "nn.Dropout(0.95)"),
        mutant("removed validation", "if valid_loss < best_loss:", "if epoch == 1:"),
        mutant("changed optimiser", "torch.optim.Adam(", "torch.optim.SGD("),
        mutant(
            "removed regularisation",
            "x = self.dropout1(x.flatten(1))",
            "x = x.flatten(1)",
            "return self.fc2(self.dropout2(x))",
            "return self.fc2(x)",
        ),
    ),
)
