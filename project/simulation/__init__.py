"""Synthetic counties of any size: no real area, no real person, the same again for one seed."""
