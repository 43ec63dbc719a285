"""Acts of a text as the frames code them, for the tests of what is told and what is not."""

from __future__ import annotations

from detente.coding import Coder

CODER = Coder(encoder=False)


def told(text: str) -> list[tuple[str, str, str, str]]:
    """Type, source, target and modality of each act, one line a pair; mutual acts in both directions."""
    coded = CODER.code(text, published="2021-03-18")
    country = {actor.id: actor.country or actor.name for actor in coded.actors}
    return [
        (event.event, country[source], country[target], event.modality)
        for event in coded.events
        for source in event.sources
        for target in event.targets or event.sources
        if source != target
    ]
