# A run of a few seconds.
width = 24
batches_per_epoch = 30
learning_rate = 3e-3
out_dir = "out-small"
