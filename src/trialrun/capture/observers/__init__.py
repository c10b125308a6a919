"""What becomes of events: one kind of record, or one question, a file."""
