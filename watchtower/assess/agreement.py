"""What the copies of a story agree on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from watchtower.types import Sighting, borne_out


def settled(sightings: Sequence[Sighting]) -> list[Sighting]:
    """Give the matches, in order, without the indicators that too few of their story's matches on a target name."""
    told: defaultdict[tuple[str, str], list[str | None]] = defaultdict(list)
    for one in sightings:
        told[one.story, one.target].append(one.indicator)
    reported = {place: borne_out(named) for place, named in told.items() if len(named) > 1}
    return [
        one._replace(indicator=None)
        if one.indicator and one.indicator not in reported.get((one.story, one.target), (one.indicator,))
        else one
        for one in sightings
    ]
