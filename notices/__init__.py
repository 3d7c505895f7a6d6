"""What is made public, for how long, and what the public objects to."""
