"""Places: the three datums in use in China, and how near a point is to a site.

GCJ-02 is what Chinese maps show, BD-09 is Baidu's, WGS-84 is what a receiver measures; they lie hundreds of metres
apart, so distances are taken in WGS-84 only.
"""

from __future__ import annotations

import math

_A = 6378245.0  # Krasovsky 1940, on which GCJ-02 is defined
_EE = 0.00669342162296594323
_EARTH = 6371008.8
_BD = math.pi * 3000.0 / 180.0

ON_SITE = 300.0
"""Metres within which a point counts as 在场."""
NEARBY = 2000.0
"""Metres within which it counts as 附近."""


def to_wgs84(latitude: float, longitude: float, datum: str) -> tuple[float, float]:
    """Convert degrees of a datum ("gcj02", "bd09", "wgs84") to WGS-84 degrees."""
    if datum == "bd09":
        latitude, longitude = _bd09_to_gcj02(latitude, longitude)
    if datum in ("gcj02", "bd09"):
        return _gcj02_to_wgs84(latitude, longitude)
    return latitude, longitude


def metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the great-circle distance of two WGS-84 points (latitude, longitude)."""
    lat1, lon1, lat2, lon2 = map(math.radians, (*a, *b))
    h = math.sin((lat2 - lat1) / 2) ** 2
    h += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * _EARTH * math.asin(math.sqrt(h))


def nearness(distance: float | None) -> str:
    """Say a distance in the only words people see: 在场, 附近 or 未知."""
    if distance is None or distance > NEARBY:
        return "未知"
    return "在场" if distance <= ON_SITE else "附近"


def gcj02_from_wgs84(latitude: float, longitude: float) -> tuple[float, float]:
    """Convert WGS-84 degrees to GCJ-02 (identity outside China)."""
    if not (0.8293 <= latitude <= 55.8271 and 72.004 <= longitude <= 137.8347):
        return latitude, longitude
    x, y = longitude - 105.0, latitude - 35.0
    d_lat = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    d_lon = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    waves = (20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)) * 2.0 / 3.0
    d_lat += waves + (20.0 * math.sin(y * math.pi) + 40.0 * math.sin(y / 3.0 * math.pi)) * 2.0 / 3.0
    d_lat += (160.0 * math.sin(y / 12.0 * math.pi) + 320.0 * math.sin(y * math.pi / 30.0)) * 2.0 / 3.0
    d_lon += waves + (20.0 * math.sin(x * math.pi) + 40.0 * math.sin(x / 3.0 * math.pi)) * 2.0 / 3.0
    d_lon += (150.0 * math.sin(x / 12.0 * math.pi) + 300.0 * math.sin(x / 30.0 * math.pi)) * 2.0 / 3.0
    radians = math.radians(latitude)
    magic = 1 - _EE * math.sin(radians) ** 2
    d_lat = d_lat * 180.0 / ((_A * (1 - _EE)) / (magic * math.sqrt(magic)) * math.pi)
    d_lon = d_lon * 180.0 / (_A / math.sqrt(magic) * math.cos(radians) * math.pi)
    return latitude + d_lat, longitude + d_lon


def _gcj02_to_wgs84(latitude: float, longitude: float) -> tuple[float, float]:
    """Invert GCJ-02 by iteration; five steps leave no measurable error."""
    lat, lon = latitude, longitude
    for _ in range(5):
        g_lat, g_lon = gcj02_from_wgs84(lat, lon)
        lat, lon = lat + latitude - g_lat, lon + longitude - g_lon
    return lat, lon


def _bd09_to_gcj02(latitude: float, longitude: float) -> tuple[float, float]:
    x, y = longitude - 0.0065, latitude - 0.006
    z = math.hypot(x, y) - 0.00002 * math.sin(y * _BD)
    theta = math.atan2(y, x) - 0.000003 * math.cos(x * _BD)
    return z * math.sin(theta), z * math.cos(theta)
