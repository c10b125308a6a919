"""Gradient accumulation: do k micro-batches give the gradient of one batch, and a loop in which they do."""
