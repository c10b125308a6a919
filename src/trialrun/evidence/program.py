"""What the program did around its training step: loops, evaluation, checkpoints, effects, crashes."""

from __future__ import annotations

from dataclasses import dataclass, field

from trialrun.evidence.place import Where


@dataclass(frozen=True)
class LoopRecord:
    """One loop of the program, over all its entries; a later record of the same ``where`` replaces an earlier one."""

    where: Where
    kind: str  # "training" | "epoch" | "evaluation"
    entries: int  # times the loop was entered
    iterations: int  # bodies run, all entries together
    length: int | None  # items of one full entry, where known
    cut: bool  # at least one entry was ended early
    jumped: bool  # at least one entry skipped to its last item
    source: str = ""  # what is iterated: "DataLoader", "range", "while", ...


FUNCTIONAL_DROPOUT = "functional Dropout"  # a call of ``F.dropout`` outside of any Dropout


@dataclass(frozen=True)
class TrainModeModule:
    """A Dropout with p > 0, a recurrent layer with one inside, or a BatchNorm that ran in train mode in evaluation."""

    name: str
    cls: str
    detail: str  # "p=0.5", "momentum=0.1"


@dataclass(frozen=True)
class EvaluationRecord:
    """One place where a model is called without a backward; a later record of a ``where`` replaces the earlier one."""

    where: Where  # the line of the model call
    calls: int
    grad_enabled: bool
    in_training_loop: bool  # the call sits in the body of the training loop itself
    root: str  # class of the model
    root_training: bool  # model.training at the call
    train_mode_modules: tuple[TrainModeModule, ...]
    metric_where: Where | None  # where its output met a target (loss, ==, argmax ...); None: no metric was computed
    metric: str = ""  # "cross_entropy", "eq", ...
    repeated_input: bool = False  # the same input content passed more than once (MC dropout)
    input_seen_in_training: bool = False  # its input is the training batch of the same iteration
    loop: Where | None = None  # the evaluation loop around it
    train_mode_asked: bool = False  # Module.train() was called between the last update and it
    makes_graph: bool = True  # its output has an autograd graph: parameters or inputs require gradients


@dataclass(frozen=True)
class StateDictUse:
    """A ``state_dict()`` taken earlier and loaded or saved now."""

    taken: Where | None
    taken_step: int
    used: Where | None
    used_step: int
    how: str  # "load_state_dict" | "torch.save"
    aliased_share: float  # share of its float tensors that share memory with the live module, 0..1
    weights_changed: bool  # the module's weights changed in bits between the two
    in_loop: bool  # taken inside an epoch or training loop
    guarded: bool  # taken under an ``if`` (the idiom of "best so far")
    same_module: bool  # loaded into the module it was taken from
    held_since: int | None = None  # step of the first state taken there before, each held until the next was taken


@dataclass(frozen=True)
class Frame:
    """A frame of the user's traceback."""

    where: Where
    text: str  # the source line


@dataclass(frozen=True)
class LossInput:
    """What a loss function had been given when it raised."""

    input_range: tuple[float, float] | None  # least and greatest element; None where one is not finite
    target_range: tuple[float, float] | None
    layer: str | None = None  # as in LossCall
    input_from: str | None = None


@dataclass(frozen=True)
class InPlaceChange:
    """An in-place operation, or an optimiser's step, shortly before a crash."""

    operation: str  # "add", "relu", "setitem", "Adam.step", ...
    where: Where | None
    shape: tuple[int, ...] = ()  # of what was changed
    dtype: str = ""
    version: int = -1  # of the tensor afterwards: one more than before
    module: str | None = None  # dotted name of the module it ran in
    parameter_shapes: tuple[tuple[int, ...], ...] = ()  # with a step


@dataclass(frozen=True)
class CallContext:
    """The innermost operation and module when the script crashed."""

    operation: str  # "linear", "conv2d", "cross_entropy", "backward", ...
    arguments: tuple[str, ...]  # "input: float32 (64, 784) cpu", ...
    module: str | None = None  # dotted name
    module_cls: str | None = None
    module_repr: str | None = None  # "Linear(in_features=512, out_features=10)"
    input_shapes: tuple[tuple[int, ...], ...] = ()
    inputs: tuple[str, ...] = ()  # of the module: "float64 (32, 4) cpu"
    parameters: tuple[str, ...] = ()  # what kinds the module's parameters and buffers are: "float32 cpu"
    changes: tuple[InPlaceChange, ...] = ()  # the last ones, oldest first; with a backward only
    earlier_backward: Where | None = None  # the line of the last backward before this one
    columns: tuple[str, ...] = ()  # of a table that are no numbers: "city ('Paris')", "column 3 (None)"
    loss_input: LossInput | None = None  # for a loss function
    own_modules: tuple[
        str, ...
    ] = ()  # for an optimiser without parameters: "model: Net, 3 modules in the list .layers"


@dataclass(frozen=True)
class CrashRecord:
    """An exception that left the script, or the signal that ended it."""

    exception: str  # class name, or "SIGKILL" ...
    message: str
    traceback: str  # the user's lines only, as text
    frames: tuple[Frame, ...] = ()  # outermost first
    context: CallContext | None = None
    phase: str = "before training"  # "before training" | "training" | "after training"
    after_cut: bool = False  # a loop had been cut or jumped before it
    believed: bool = True  # False: it did not survive the rerun without the cut
    steps: int = 0  # updates made before it
    memory_left_bytes: int | None = None  # of the machine, right after it
    own: bool = False  # a `raise` of the user's own, in the course of no other exception
    unfilled: bool = False  # after a cut, over a value that an item left out may have been to make
    refused: str = ""  # it was trialrun that refused a write or a program: why, and the option that allows it


@dataclass(frozen=True)
class MissedBlock:
    """Statements the rehearsal never reached and the condition in front of them."""

    file: str
    lines: tuple[int, ...]
    guard: str  # "if step % 1000 == 0", "except OSError", "after return on line 30"
    function: str = "<module>"
    harmless: bool = False  # only prints, logs, saves, raises, returns: nothing that could refute a claim of absence
    binds: bool = False  # assigns or defines something that later lines could need
    behind_exception: bool = False  # only missed because an exception left before it


@dataclass(frozen=True)
class CoverageRecord:
    """Which of the user's statements ran."""

    statements: int
    rehearsed: int
    missed: tuple[MissedBlock, ...] = field(default=())
    files: tuple[str, ...] = ()  # the user's own files, as in Where.file


@dataclass(frozen=True)
class WritePlace:
    """Where in the program a file was opened for writing."""

    times: int
    inside: Where | None  # the innermost loop with a role around it; None: before, between or after them
    branch: Where | None = None  # the test of a ``BranchTime`` in between


@dataclass(frozen=True)
class WriteRecord:
    """A file the script wrote, removed or renamed; it went to the scratch layer."""

    path: str  # as the script sees it, relative to its working directory where inside
    bytes: int
    times: int
    action: str = "write"  # "write" | "delete"
    places: tuple[WritePlace, ...] = ()


@dataclass(frozen=True)
class BlockedRecord:
    """A connection or a child program that was refused."""

    kind: str  # "network" | "program" | "file"
    target: str  # "huggingface.co:443", "sbatch job.sh", a path
    where: Where | None = None


@dataclass(frozen=True)
class ContainmentRecord:
    """Which of the three ways kept the script's writes from the user's files."""

    method: str  # "overlay" | "landlock" | "redirection"
    detail: str = ""  # why a better way was not available


@dataclass(frozen=True)
class WarningRecord:
    """A Python warning that PyTorch or the script raised."""

    category: str
    message: str
    where: Where | None
    count: int = 1
    dimensions: int | None = None  # axes of the input, where it is a softmax without ``dim`` that is warned of


@dataclass(frozen=True)
class PhaseRecord:
    """A point the script reached: "started", "training", "trained" (left its outermost training loop), "ended"."""

    phase: str
    seconds: float  # since the child started
    exit_status: int | None = None  # with "ended"


@dataclass(frozen=True)
class SkipRecord:
    """Something that could not be watched, and why; checks that need it are skipped with this reason."""

    what: str  # a record kind or a check's code
    reason: str


@dataclass(frozen=True)
class EnvironmentRecord:
    """What results depend on. No secrets: environment variables are taken from an allow-list."""

    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class MemoryRecord:
    """Peak memory of the child so far."""

    process_bytes: int
    device_bytes: int | None = None
