"""Thin bridges to other tools, each imported by that tool alone."""
