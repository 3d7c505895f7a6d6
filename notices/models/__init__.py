"""Public notices, their photos, and what people say against them."""

from notices.models.notice import Notice, NoticeProcess
from notices.models.objection import Objection, ObjectionProcess
from notices.models.photo import NoticePhoto

__all__ = ["Notice", "NoticePhoto", "NoticeProcess", "Objection", "ObjectionProcess"]
