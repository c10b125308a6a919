"""Starts the package as a script."""

from tides.train import main

if __name__ == "__main__":
    main()
