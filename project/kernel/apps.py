from django.apps import AppConfig
from django.db.models.signals import class_prepared
from django.utils.translation import gettext_lazy as _

DRAWN_BY_MIGRATIONS = "__fake__"


class KernelConfig(AppConfig):
    name = "project.kernel"
    verbose_name = _("Kernel")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        class_prepared.connect(forget_drawn_models, dispatch_uid="forget_drawn_models")


def forget_drawn_models(sender, **_said):
    """Let models that migrations draw for themselves collect no transitions: they have none.

    Every state field waits for every model that is ever prepared. A fresh database draws tens of
    thousands of them, and without this each would be told to hundreds of fields of dead ones.
    """
    if sender.__module__ != DRAWN_BY_MIGRATIONS:
        return
    for field in sender._meta.local_fields:
        if hasattr(field, "_collect_transitions"):
            class_prepared.disconnect(field._collect_transitions)
