"""What was done: check-ins and the monthly sheet of a village."""
