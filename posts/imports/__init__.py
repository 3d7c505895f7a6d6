"""The files that fill posts: the list of posts, their holders, and who applies for them."""

from posts.imports.applications import Applications
from posts.imports.holders import Holders
from posts.imports.posts import Posts

__all__ = ["Applications", "Holders", "Posts"]
