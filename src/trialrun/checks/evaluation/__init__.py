"""What is measured, and what is kept."""
