"""Who looks again: doubts, visits and cases over every other office."""
