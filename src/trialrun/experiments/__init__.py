"""Run again: one update window of the program's own loop, repeated from a known state, with one thing changed."""
