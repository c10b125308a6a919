"""Watch: what torch does while the user's program runs, turned into evidence without changing a bit of it.

``sources`` turn torch's extension points into events, ``observers`` turn events into records, ``session`` holds all
of them, ``watch`` delivers events and shields the program from our faults. Import only after torch may be.
"""
