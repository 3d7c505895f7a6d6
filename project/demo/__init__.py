"""A demo township that lives one whole month through the real services."""
