"""Is a sample's output independent of the batch it is in? Grid, measures, originators, coupling, negative control."""
