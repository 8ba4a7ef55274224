"""Learning: progress, completion, attempts, and what is earned by them."""
