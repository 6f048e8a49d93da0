"""Ordnance Survey grid references as latitude and longitude (OSGB36 to WGS 84, good to about 5 metres).

Follows "A guide to coordinate systems in Great Britain", Ordnance Survey, annexes B and C.
"""

from math import atan2, cos, degrees, radians, sin, sqrt, tan

from store.places.place import Point

_AIRY = (6377563.396, 6356256.909)
_WGS84 = (6378137.0, 6356752.3141)
_SCALE = 0.9996012717
_ORIGIN = (radians(49), radians(-2))
_FALSE_EAST, _FALSE_NORTH = 400000.0, -100000.0
_SHIFT = (446.448, -125.157, 542.060)
_TURN = tuple(radians(seconds / 3600) for seconds in (0.1502, 0.2470, 0.8421))
_STRETCH = -20.4894e-6


def point_of_grid(easting: float, northing: float) -> Point:
    """The WGS 84 point of a National Grid reference in metres."""
    latitude, longitude = _to_wgs84(*_unproject(easting, northing))
    return Point(round(degrees(latitude), 4), round(degrees(longitude), 4))


def _meridian_arc(latitude: float) -> float:
    a, b = _AIRY
    n = (a - b) / (a + b)
    less, more = latitude - _ORIGIN[0], latitude + _ORIGIN[0]
    return (
        b
        * _SCALE
        * (
            (1 + n + 1.25 * n**2 + 1.25 * n**3) * less
            - (3 * n + 3 * n**2 + 21 / 8 * n**3) * sin(less) * cos(more)
            + (15 / 8 * n**2 + 15 / 8 * n**3) * sin(2 * less) * cos(2 * more)
            - 35 / 24 * n**3 * sin(3 * less) * cos(3 * more)
        )
    )


def _unproject(easting: float, northing: float) -> tuple[float, float]:
    a, b = _AIRY
    latitude = _ORIGIN[0]
    while abs(rest := northing - _FALSE_NORTH - _meridian_arc(latitude)) > 0.001:
        latitude += rest / (a * _SCALE)
    squash = 1 - b**2 / a**2
    nu = a * _SCALE / sqrt(1 - squash * sin(latitude) ** 2)
    rho = a * _SCALE * (1 - squash) / (1 - squash * sin(latitude) ** 2) ** 1.5
    eta = nu / rho - 1
    t, secant, east = tan(latitude), 1 / cos(latitude), easting - _FALSE_EAST
    north_terms = (
        t / (2 * rho * nu) * east**2
        - t / (24 * rho * nu**3) * (5 + 3 * t**2 + eta - 9 * t**2 * eta) * east**4
        + t / (720 * rho * nu**5) * (61 + 90 * t**2 + 45 * t**4) * east**6
    )
    east_terms = (
        secant / nu * east
        - secant / (6 * nu**3) * (nu / rho + 2 * t**2) * east**3
        + secant / (120 * nu**5) * (5 + 28 * t**2 + 24 * t**4) * east**5
    )
    return latitude - north_terms, _ORIGIN[1] + east_terms


def _to_wgs84(latitude: float, longitude: float) -> tuple[float, float]:
    a, b = _AIRY
    nu = a / sqrt(1 - (1 - b**2 / a**2) * sin(latitude) ** 2)
    x, y = nu * cos(latitude) * cos(longitude), nu * cos(latitude) * sin(longitude)
    z = nu * (b**2 / a**2) * sin(latitude)
    turn_x, turn_y, turn_z = _TURN
    scale = 1 + _STRETCH
    moved_x = _SHIFT[0] + scale * x - turn_z * y + turn_y * z
    moved_y = _SHIFT[1] + turn_z * x + scale * y - turn_x * z
    moved_z = _SHIFT[2] - turn_y * x + turn_x * y + scale * z
    return _latitude_of(moved_x, moved_y, moved_z), atan2(moved_y, moved_x)


def _latitude_of(x: float, y: float, z: float) -> float:
    a, b = _WGS84
    squash, flat = 1 - b**2 / a**2, sqrt(x**2 + y**2)
    latitude = atan2(z, flat * (1 - squash))
    for _ in range(5):
        nu = a / sqrt(1 - squash * sin(latitude) ** 2)
        latitude = atan2(z + squash * nu * sin(latitude), flat)
    return latitude
