"""What every office shares: guards, steps, roles, money, months, papers and the log."""
