"""Keeping the house standing for years: backups, health, figures, and what is written down."""
