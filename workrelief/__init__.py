"""How people come in by a work-for-relief project."""
