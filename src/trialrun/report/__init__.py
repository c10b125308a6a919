"""Tells what a rehearsal came to: one view model (``view``), one renderer a file."""
