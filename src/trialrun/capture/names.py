"""Torch's operations in groups, by the short names that ``sources.functions`` gives them."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Properties that give a tensor of the same values; others (shape, dtype, grad_fn) give none.
PROPERTIES = words("data T mT H mH real imag")

# They yield no new values, or only look.
SILENT = words("""
    size dim numel stride is_contiguous storage_offset element_size is_floating_point is_complex untyped_storage storage
    data_ptr get_device requires_grad_ register_hook retain_grad backward is_inference nelement ndimension has_names
    register_post_accumulate_grad_hook manual_seed set_grad_enabled is_tensor is_storage typename is_same_size
    __repr__ __format__ __len__ __hash__ __bool__ __index__ __setstate__ __reduce_ex__ __reduce__ __deepcopy__ __dir__
    __contains__
""")

# Other spellings of an operation.
ALIASES = {
    **dict.fromkeys(words("rsub isub subtract"), "sub"),
    **dict.fromkeys(words("radd iadd"), "add"),
    **dict.fromkeys(words("rmul imul multiply"), "mul"),
    **dict.fromkeys(words("rdiv rtruediv truediv true_divide divide itruediv idiv"), "div"),
    **dict.fromkeys(words("rpow ipow"), "pow"),
}

# Loss functions: the positions of prediction and target among their arguments.
LOSSES: dict[str, tuple[int, int | None]] = {
    **dict.fromkeys(
        words("""
            cross_entropy nll_loss binary_cross_entropy binary_cross_entropy_with_logits mse_loss l1_loss smooth_l1_loss
            huber_loss kl_div gaussian_nll_loss poisson_nll_loss soft_margin_loss multi_margin_loss
            multilabel_margin_loss multilabel_soft_margin_loss hinge_embedding_loss ctc_loss
        """),
        (0, 1),
    ),
    "cosine_embedding_loss": (0, 2),
    "margin_ranking_loss": (0, 2),
    "triplet_margin_loss": (0, None),
    "triplet_margin_with_distance_loss": (0, None),
}

# Operations in which a prediction of shape (N, 1) and a target of shape (N,) silently make (N, N).
PAIRING = words("""
    mse_loss l1_loss smooth_l1_loss huber_loss soft_margin_loss gaussian_nll_loss poisson_nll_loss kl_div
    sub add mul div pow eq
""")

# Operations that compare a prediction with a target.
COMPARISONS = words("eq ne isclose sub cosine_similarity pairwise_distance") | frozenset(LOSSES)

# Masks: these put infinity in on purpose.
MASKS = words("""
    masked_fill where full full_like new_full fill triu tril tensor as_tensor masked_scatter setitem zeros zeros_like
    new_zeros index_fill generate_square_subsequent_mask scalar_tensor
""")

# Contents are not computed, so garbage in them says nothing.
UNCOMPUTED = words("empty empty_like new_empty empty_strided resize set data detach from_numpy")

# Values come from the first argument, shape or type alone from the others.
FIRST_ONLY = words("view_as expand_as reshape_as type_as to resize_as")

# Shape and type alone come from the arguments.
SHAPE_ONLY = words("""
    zeros_like ones_like empty_like full_like rand_like randn_like randint_like new_zeros new_ones new_empty new_full
    new_tensor empty_permuted broadcast_shapes
""")

# From tensors to Python and NumPy, and back.
ESCAPES = words("item tolist numpy __float__ __int__ __complex__ __array__")
RETURNS = words("tensor as_tensor from_numpy asarray scalar_tensor")

# Autograd nodes that move or copy elements and leave their values as they are.
MOVING_NODES = words("""
    View UnsafeView Reshape ReshapeAlias Squeeze Unsqueeze Transpose T Permute Slice Select Index IndexSelect Clone
    ToCopy Contiguous AsStrided Expand Alias Unbind Split SplitWithSizes Gather Narrow Flatten Detach Movedim
""")

# Autograd nodes that scale, add up or average: the gradient of what enters them does not depend on its size.
LINEAR_NODES = words("Add Sub Rsub Neg Mul Div Mean Sum Dot Stack Cat Where MaskedSelect MaskedFill Nansum Nanmean")

# Autograd nodes of activations that losses are sensitive to.
ACTIVATION_NODES = {
    "Softmax": "softmax",
    "LogSoftmax": "log_softmax",
    "Sigmoid": "sigmoid",
    "Relu": "relu",
    "Tanh": "tanh",
    "Softplus": "softplus",
    "Hardtanh": "hardtanh",
    "Hardsigmoid": "hardsigmoid",
}
ACTIVATIONS = frozenset(ACTIVATION_NODES.values()) | {"relu6"}

# Autograd nodes of layers that compute a weighted sum and nothing else.
LAYER_NODES = {"Addmm": "linear", "Mm": "linear", "Convolution": "convolution"}
