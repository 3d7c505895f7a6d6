"""How people come in by a post: need, post and hire."""
