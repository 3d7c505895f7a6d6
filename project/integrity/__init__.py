"""What was written stays as it was written: sealed every hour, and held against its seals."""
