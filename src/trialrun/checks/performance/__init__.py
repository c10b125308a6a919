"""What costs time or memory without being wrong."""
