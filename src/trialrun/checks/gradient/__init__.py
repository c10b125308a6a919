"""How the loss reaches the weights."""
