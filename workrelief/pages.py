"""Work-for-relief projects in the navigation: projects first, then their people and wages."""

from project.kernel import pages
from project.kernel.roles import Permission
from workrelief import project_pages
from workrelief.roster_pages import roster_paths
from workrelief.wage_pages import wage_paths


class WorkRelief(pages.Section):
    """What is built with relief money, by whom, and what reached their cards."""

    app_name = "workrelief"
    permissions = (Permission.RELIEF_VIEW,)
    urlpatterns = [*roster_paths, *wage_paths, *project_pages.paths]
