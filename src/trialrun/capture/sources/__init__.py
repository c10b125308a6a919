"""Where events come from: one extension point of torch a file, each with ``attach`` and ``detach``."""
