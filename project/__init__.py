"""Gongyigang: public-welfare posts and work-for-relief, from the post to the last yuan."""
