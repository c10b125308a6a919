"""Results of the numerics laboratory: in words, and as CSV."""
