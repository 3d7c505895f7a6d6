"""Posts, who comes onto them, and who is helped onto them first."""

from posts.models.help import JobOffer, VacancyReport, ZeroEmployment
from posts.models.hire import Appraisal, Hire, HireProcess, Recruitment
from posts.models.post import Post, PostProcess

__all__ = [
    "Appraisal",
    "Hire",
    "HireProcess",
    "JobOffer",
    "Post",
    "PostProcess",
    "Recruitment",
    "VacancyReport",
    "ZeroEmployment",
]
