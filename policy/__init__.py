"""What is allowed and paid: policy documents, dated rules, funds and their allocations."""
