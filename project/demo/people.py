"""Who works in the demo township: one login per role, all with one password."""

from datetime import date

from project.kernel.models import User
from project.kernel.roles import ROLES
from registry.models import NATION, Appointment, Area

PASSWORD = "gongyi-2026-demo"
COUNTY, TOWNSHIP, VILLAGE = "990123000000", "990123100000", "990123100200"
SINCE = date(2026, 1, 1)

# username, name, role, area
STAFF = [
    ("xitong", "周系统", "sysadmin", NATION),
    ("renshe", "林慧敏", "department_officer", COUNTY),
    ("caizheng", "赵国栋", "finance_officer", COUNTY),
    ("fagai", "孙丽华", "ndrc_officer", COUNTY),
    ("jiancha", "郑立新", "inspector", COUNTY),
    ("fucha", "高素梅", "inspector", COUNTY),
    ("jijian", "何正清", "discipline_viewer", COUNTY),
    ("jingban", "陈晓燕", "township_officer", TOWNSHIP),
    ("shenhe", "黄志强", "township_reviewer", TOWNSHIP),
    ("fenguan", "罗海涛", "township_leader", TOWNSHIP),
    ("wenshu", "马小兰", "village_clerk", TOWNSHIP),
    ("cunzhang", "田永福", "village_head", TOWNSHIP),
    ("jiandu", "白玉珍", "village_supervisor", TOWNSHIP),
    ("yezhu", "吴建平", "relief_owner", TOWNSHIP),
    ("lishi", "石大山", "relief_contractor", TOWNSHIP),
    ("jianli", "方正刚", "relief_engineer", TOWNSHIP),
]


def employ(rows):
    """Create the accounts and appointments that are missing; whoever is there stays as they are."""
    for username, name, role, area in rows:
        user, made = User.objects.get_or_create(username=username, defaults={"name": name})
        if made:
            user.set_password(PASSWORD)
            user.save()
        if Area.objects.filter(pk=area).exists():
            Appointment.objects.get_or_create(
                user=user, role=role, area_id=area, defaults={"starts_on": SINCE}
            )


def named(username):
    """Somebody of the staff with their appointments read afresh."""
    return User.objects.get(username=username)


def logins():
    """The lines to print: user name, name, role and area of everybody."""
    places = dict(Area.objects.values_list("code", "name"))
    return [
        (username, name, str(ROLES[role].title), places.get(area, area))
        for username, name, role, area in STAFF
    ]
