"""Places drawn to scale without any map from outside: fences, check-ins and visits."""

from dataclasses import dataclass
from math import cos, hypot, radians

WIDTH, HEIGHT, MARGIN = 720, 420, 40
METRES_A_DEGREE = 111_320
NARROWEST = 200  # metres across, so that one point is no dot on nothing
BARS = (50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000, 100_000, 500_000)


@dataclass(frozen=True)
class Spot:
    """A point on earth with what it is and what is said of it; a fence has a radius in metres."""

    kind: str
    words: str
    longitude: float
    latitude: float
    radius: float = 0


def metres(one, other):
    """How far two spots lie from each other; exact enough within a county."""
    east, north = _offset(one, other)
    return hypot(east, north)


def _offset(one, other):
    north = (other.latitude - one.latitude) * METRES_A_DEGREE
    shrunk = cos(radians((one.latitude + other.latitude) / 2))
    return (other.longitude - one.longitude) * METRES_A_DEGREE * shrunk, north


def nearest(spot, fences):
    """The fence that lies nearest, and how many metres away its middle is."""
    found = [(round(metres(spot, fence)), fence) for fence in fences]
    return min(found, key=lambda pair: pair[0], default=(None, None))


def drawing(spots):
    """Circles and a bar of so many metres, all within the frame; nothing to draw is None."""
    if not spots:
        return None
    places = [(spot, *_offset(spots[0], spot)) for spot in spots]
    west = min(east - spot.radius for spot, east, _north in places)
    right = max(east + spot.radius for spot, east, _north in places)
    south = min(north - spot.radius for spot, _east, north in places)
    top = max(north + spot.radius for spot, _east, north in places)
    scale = min(
        (WIDTH - 2 * MARGIN) / max(right - west, NARROWEST),
        (HEIGHT - 2 * MARGIN) / max(top - south, NARROWEST),
    )
    middle = ((west + right) / 2, (south + top) / 2)
    circles = [_circle(spot, east, north, middle, scale) for spot, east, north in places]
    bar = max((one for one in BARS if one * scale <= WIDTH / 3), default=BARS[0])
    circles.sort(key=lambda circle: -circle["r"])
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "circles": circles,
        "bar": bar,
        "bar_ends": round(MARGIN + bar * scale),
        "bar_at": HEIGHT - MARGIN / 2,
        "from": MARGIN,
    }


def _circle(spot, east, north, middle, scale):
    return {
        "kind": spot.kind,
        "words": spot.words,
        "x": round(WIDTH / 2 + (east - middle[0]) * scale),
        "y": round(HEIGHT / 2 - (north - middle[1]) * scale),
        "r": round(spot.radius * scale) if spot.radius else 5,
    }
