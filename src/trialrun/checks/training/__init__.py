"""Checks of how training goes: what repeating, or going on, does to the loss."""
