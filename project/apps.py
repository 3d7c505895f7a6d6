from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from project.kept import keep_changes, leave_triggers_on


class ProjectConfig(AppConfig):
    """Mounting, commands and the pages that belong to no single office."""

    name = "project"
    verbose_name = _("Gongyigang")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        keep_changes()
        # Only apps with models are told that everything is migrated.
        post_migrate.connect(leave_triggers_on, sender=apps.get_app_config("kernel"))
