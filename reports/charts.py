"""Charts as SVG inside the page: the same picture on screen, phone and paper."""

import re

import pygal
from django.utils.safestring import mark_safe
from pygal.style import Style

SCRIPT = re.compile(r"<script.*?</script>", re.DOTALL)
LOOK = Style(
    background="transparent",
    plot_background="transparent",
    foreground="#32383f",
    foreground_strong="#1b1f23",
    foreground_subtle="#c9d1d9",
    guide_stroke_color="#dfe4e9",
    major_guide_stroke_color="#c9d1d9",
    guide_stroke_dasharray="0",
    major_guide_stroke_dasharray="0",
    colors=("#1d4f76", "#b45f00", "#5b8db8", "#2e7d4f", "#a31515"),
    font_family="inherit",
    label_font_size=13,
    major_label_font_size=13,
    legend_font_size=13,
)


def bars(series, *, nonce):
    """Stacked bars, one for each name, as a picture without scripts that the policy admits."""
    return _drawn(pygal.HorizontalStackedBar, series, nonce, max(180, 60 + 34 * len(series[0][1])))


def beside(series, *, nonce, flat=False):
    """Bars side by side, upright for times or flat for places; where there is None, none."""
    names = len(series[0][1])
    height = max(220, 70 + 30 * names) if flat else 360
    if flat:  # pygal begins at the bottom
        series = [(title, values[::-1]) for title, values in series]
    return _drawn(pygal.HorizontalBar if flat else pygal.Bar, series, nonce, height)


def courses(series, *, nonce):
    """Lines over time, each value to a tenth."""
    return _drawn(pygal.Line, series, nonce, 360, "{:,.1f}")


def _drawn(kind, series, nonce, height, words="{:,.0f}"):
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
    drawn = SCRIPT.sub("", chart.render(is_unicode=True))
    # pygal escapes every label it draws; nothing else in the picture comes from people.
    return mark_safe(drawn.replace("<style ", f'<style nonce="{nonce}" '))  # noqa: S308
