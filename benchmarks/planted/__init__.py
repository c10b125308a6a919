"""Defects planted in right programs, fixed before any of them was rehearsed. The kinds are those of DeepCrime.

N. Humbatova, G. Jahangirova, P. Tonella, "DeepCrime: mutation testing of deep learning systems based on real faults",
ISSTA 2021. Each mutation is a replacement of source text that has to match exactly once.
"""
