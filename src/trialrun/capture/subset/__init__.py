"""What a training on a part of the data comes to: its scores, its samples, and what simple methods make of these."""
