"""Exceptions, explained."""
