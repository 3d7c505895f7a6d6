"""Posts, who comes onto them, and who is helped onto them first."""

from posts.models.application import Application, ApplicationProcess
from posts.models.help import JobOffer, VacancyReport, ZeroEmployment
from posts.models.hire import Hire, HireProcess
from posts.models.post import Post, PostProcess
from posts.models.recruitment import Appraisal, Recruitment

__all__ = [
    "Application",
    "ApplicationProcess",
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
