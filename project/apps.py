from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from project.kept import keep_changes


class ProjectConfig(AppConfig):
    """Mounting, commands and the pages that belong to no single office."""

    name = "project"
    verbose_name = _("Gongyigang")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        keep_changes()
