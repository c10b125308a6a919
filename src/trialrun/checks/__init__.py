"""One defect a file, grouped in families; ``registry.all_checks`` finds them, there is no list to edit."""
