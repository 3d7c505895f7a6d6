"""Work-for-relief projects: their money, their people, their wages, and what proves them."""

from workrelief.models.money import FundLine, LabourPlan, Spending
from workrelief.models.project import Project, ProjectProcess
from workrelief.models.records import (
    CreatedPost,
    Party,
    Progress,
    ProjectPaper,
    Stoppage,
    Trainee,
    Training,
)
from workrelief.models.roster import Member, Team
from workrelief.models.wages import WageBatch, WageBatchProcess, WageLine, WageScan

__all__ = [
    "CreatedPost",
    "FundLine",
    "LabourPlan",
    "Member",
    "Party",
    "Progress",
    "Project",
    "ProjectPaper",
    "ProjectProcess",
    "Spending",
    "Stoppage",
    "Team",
    "Trainee",
    "Training",
    "WageBatch",
    "WageBatchProcess",
    "WageLine",
    "WageScan",
]
