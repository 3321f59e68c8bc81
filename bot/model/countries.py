"""Which countries are in the European Union, by their ISO 3166-1 codes."""

_EU = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"

EU: frozenset[str] = frozenset(_EU.split())
