from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkreliefConfig(AppConfig):
    name = "workrelief"
    verbose_name = _("Work for relief")
    default_auto_field = "django.db.models.BigAutoField"
