"""How fast the system is, each time beside a floor measured in the same run."""
