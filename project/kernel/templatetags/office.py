"""What every page of the office shows around its own matter."""

from django import template

from project.kernel.pages.columns import readable

register = template.Library()
register.filter("readable", readable)


@register.simple_tag(takes_context=True)
def late_below(context):
    """How many tasks lie late below the person; nothing for those below whom nobody sits."""
    request = context["request"]
    site = getattr(request.resolver_match, "site", None)
    return site.late_below(request.user) if site and request.user.is_authenticated else None


@register.simple_tag(takes_context=True)
def navigation(context):
    """The sections this person may use, in the order of the house."""
    request = context["request"]
    match = request.resolver_match
    site, app = getattr(match, "site", None), getattr(match, "app", None)
    if site is None or not request.user.is_authenticated:
        return []
    return [
        {
            "title": section.title,
            "icon": section.icon,
            "url": section.first_page(request.user),
            "here": app is section,
        }
        for section in site.menu_items()
        if section.has_view_permission(request.user)
    ]
