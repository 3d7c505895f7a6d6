"""What is paid: runs, lines, bank files and their results."""
