"""What has expired goes by a register: drawn up, approved by another person, and only then gone."""
