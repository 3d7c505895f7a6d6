"""What the office tells others: dashboards and statutory tables."""
