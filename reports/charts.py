"""Charts as SVG inside the page: the same picture on screen, phone and paper."""

import re

import pygal
from django.utils.safestring import mark_safe
from pygal.style import Style

LOOK = Style(label_font_size=13, major_label_font_size=13, legend_font_size=13)
# The policy for content allows neither code nor looks in the line; office.css says how charts look.
INLINE = re.compile(r"<(script|style)\b.*?</\1>|<title>Pygal</title>", re.DOTALL)


def bars(series):
    """Stacked bars, one for each name, as a picture without scripts that the policy admits."""
    return _drawn(pygal.HorizontalStackedBar, series, max(180, 60 + 34 * len(series[0][1])))


def beside(series, *, flat=False):
    """Bars side by side, upright for times or flat for places; where there is None, none."""
    names = len(series[0][1])
    height = max(220, 70 + 30 * names) if flat else 360
    if flat:  # pygal begins at the bottom
        series = [(title, values[::-1]) for title, values in series]
    return _drawn(pygal.HorizontalBar if flat else pygal.Bar, series, height)


def courses(series):
    """Lines over time, each value to a tenth."""
    return _drawn(pygal.Line, series, 360, "{:,.1f}")


def _drawn(kind, series, height, words="{:,.0f}"):
    chart = kind(
        style=LOOK,
        js=(),
        width=1000,
        height=height,
        legend_at_bottom=True,
        legend_at_bottom_columns=len(series),
        disable_xml_declaration=True,
        print_values=False,
        show_y_guides=kind in (pygal.Bar, pygal.Line),
        show_x_guides=False,
        margin=10,
        value_formatter=words.format,
    )
    chart.x_labels = [name for name, _value in series[0][1]]
    for title, values in series:
        chart.add(title, [None if value is None else float(value) for _name, value in values])
    drawn = INLINE.sub("", chart.render(is_unicode=True))
    # pygal escapes every label it draws; nothing else in the picture comes from people.
    return mark_safe(drawn.replace('style="opacity: 0"', 'opacity="0"'))  # noqa: S308
