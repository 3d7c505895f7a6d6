"""What both files of posts ask for: villages, departments of the county, and funds by name."""

from django.utils.translation import gettext as _

from policy.models import Fund
from posts.models import Post
from project.kernel.texts import without_spaces
from registry.models import Area, Unit


def funds_by_name():
    """Every fund by its name and by its code."""
    funds = Fund.objects.all()
    return {without_spaces(name): fund for fund in funds for name in (fund.code, fund.name)}


def fund_fault(importer, row, funds):
    """A fault for a fund that nobody knows; it names those that are known."""
    if without_spaces(row["fund"]) in funds:
        return []
    names = "、".join(sorted({fund.name for fund in funds.values()}))
    sentence = _("There is no fund “%(name)s”. Choose one of: %(funds)s.")
    return [importer.fault(row, "fund", sentence % {"name": row["fund"], "funds": names})]


def county_faults(importer, pairs):
    """A fault for every row whose village lies in a county that was never entered."""
    counties = Area.objects.in_bulk({village.county_code for _row, village in pairs})
    sentence = _("The county of this village is unknown. Import the areas first.")
    return [
        importer.fault(row, "village", sentence)
        for row, village in pairs
        if village.county_code not in counties
    ]


def enter_units(wanted):
    """The departments named, each a unit of its county; those unknown are entered."""
    known = Unit.objects.filter(
        area__in={area for area, _name in wanted}, name__in={name for _area, name in wanted}
    )
    units = {(unit.area_id, unit.name): unit for unit in known}
    fresh = [Unit(area_id=area, name=name) for area, name in wanted if (area, name) not in units]
    for unit in Unit.objects.bulk_create(fresh):
        units[unit.area_id, unit.name] = unit
    return units


def likeness(post):
    """What makes two posts of a village one post with room for two."""
    return (
        post.area_id,
        post.title,
        post.post_type,
        post.department_id,
        post.fund_id,
        post.standard,
    )


def living_posts(villages):
    """The posts of some villages that are not closed or rejected, by what makes them alike."""
    gone = [Post.State.CLOSED, Post.State.REJECTED]
    posts = Post.objects.filter(area__in=villages).exclude(state__in=gone)
    return {likeness(post): post for post in posts}
