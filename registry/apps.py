from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _

from registry.cautions import TAG, provider_is_reached_safely, second_factor_is_asked


class RegistryConfig(AppConfig):
    name = "registry"
    verbose_name = _("People and places")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        checks.register(second_factor_is_asked, TAG, deploy=True)
        checks.register(provider_is_reached_safely, TAG)
