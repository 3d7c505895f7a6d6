"""Which rows tell of their changes: all that may change, but for those named here with a reason."""

from django.apps import apps
from django.db import connections
from pgtrigger import Delete, Protect, Update

from project.kernel import history

# Each trigger asks first whether a setting of the session lets it sleep. Here none ever does, and
# asking costs nothing: as the library writes it, it costs several times what the trigger does.
WAKEFUL = "SELECT false"
NEVER_SLEEPS = f"""
    CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name name)
    RETURNS boolean LANGUAGE sql IMMUTABLE AS '{WAKEFUL}'
"""
FOREVER = str(Update | Delete)
HOUSE = (
    "kernel",
    "registry",
    "policy",
    "notices",
    "contracts",
    "attendance",
    "posts",
    "payroll",
    "workrelief",
    "inspections",
)
# Not kept: what tells of itself while it goes, or is worked out from rows that never change.
LEFT_OUT = {
    "kernel.job": "its own progress, forgotten after a while",
    "kernel.signin": "it is the log of sessions, and says when each was last seen",
    "attendance.sheetline": "worked out from check-ins, and closed by a trigger with its sheet",
}
SAID = {
    "kernel.user": {"passing": ["last_login"], "secret": ["password"]},
    "kernel.token": {"passing": ["last_used"], "secret": ["digest"]},
    "kernel.authenticator": {
        "passing": ["last_step", "throttling_failure_timestamp", "throttling_failure_count"],
        "secret": ["secret"],
    },
    "kernel.recoverycode": {"secret": ["digest"]},
    "kernel.identity": {"passing": ["used_at"]},
    "registry.pass": {"secret": ["digest"]},
    "attendance.device": {"secret": ["digest"]},
    "payroll.lockedfile": {"secret": ["password"]},
    # Lines are written by the million from what is kept anyway; later only a mark may change.
    "payroll.payline": {"operation": Update},
}


def changing():
    """Every model of the house whose rows may change."""
    found = [model for label in HOUSE for model in apps.get_app_config(label).get_models()]
    own = [model for model in found if model._meta.managed and not model._meta.proxy]
    return [model for model in own if not is_forever(model)]


def is_forever(model):
    """Whether a trigger forbids every change and every deletion."""
    triggers = getattr(model._meta, "triggers", [])
    return any(
        isinstance(one, Protect) and one.condition is None and str(one.operation) == FOREVER
        for one in triggers
    )


def kept():
    """The models that tell of their changes."""
    return [model for model in changing() if model._meta.label_lower not in LEFT_OUT]


def keep_changes():
    """Give each of them its trigger."""
    for model in kept():
        history.keep(model, **SAID.get(model._meta.label_lower, {}))


def leave_triggers_on(using, **_said):
    """No trigger can be put to sleep by a setting: said anew after every migration."""
    with connections[using].cursor() as cursor:
        cursor.execute(NEVER_SLEEPS)
