"""Mends: what a finding names and the user's source, made into a patch.

A mend is a file of ``mends/``. It looks at the place a finding points to and says what is to change there, or why that
place is not what it expects. What all mends of a file want is then done at once, so that they do not move each other's
lines; everything they do not touch stays as it was, byte for byte.
"""
