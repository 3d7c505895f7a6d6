"""The files that fill posts: the list of posts, and a township's ledger of their holders."""

from posts.imports.holders import Holders
from posts.imports.posts import Posts

__all__ = ["Holders", "Posts"]
