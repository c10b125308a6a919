"""Checks of what makes two runs of a program alike."""
