"""Who holds an office in a country on a day, and who held it before or holds it after somebody."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from detente.actors.gazetteer import Entry, Holder, gazetteer, holders_in, holders_of_body
from detente.coding.words import words_by_key


@cache
def offices() -> dict[str, tuple[str, ...]]:
    """Role nouns whose bearer is known from the country alone on a given day, with the offices that they mean."""
    return words_by_key("offices")


@cache
def one_country() -> dict[str, tuple[str, ...]]:
    """Nouns that are one country's where none is named."""
    return words_by_key("one_country")


def holder_in(role: str | None, country: str, day: str) -> Holder | None:
    """The one holder of an office on a day, None where the tables know none or several.

    Of several offices that the noun can mean ("the Ukrainian leader") the first that is held counts.
    """
    return _held(offices().get(role or "", ()), holders_in(country), day)


def holder_of_body(role: str | None, resolved_by: str, day: str) -> Holder | None:
    """Who heads a body on a day, where the noun calls its head ("the NATO chief"); None where the tables do not say."""
    body = resolved_by.removeprefix("bodies:")
    seat = body_seats().get(body)
    named = words_by_key("body_heads").get(role or "", ())
    if seat is not None:
        return _held(seat[1:], holders_of_body(seat[0]), day) if named or role == body else None
    return _held(named, holders_of_body(body), day)


@cache
def body_seats() -> dict[str, tuple[str, ...]]:
    """Entries that are an organ or office of a body: that body, and the office of its head."""
    return words_by_key("body_seats")


def _held(names: tuple[str, ...], terms: tuple[Holder, ...], day: str) -> Holder | None:
    """The one holder on a day of the first of the offices that somebody holds."""
    if not day:
        return None
    for office in names:
        fitting = [h for h in terms if h.office == office]
        found = [h for h in fitting if h.holds_on(day)] or [h for h in fitting if _ended_just_before(h, day)]
        if found:
            return found[0] if len({h.name for h in found}) == 1 else None
    return None


def _ended_just_before(holder: Holder, day: str) -> bool:
    """Whether the term ended within a week before: news of a death or fall still gives the office."""
    try:
        return timedelta(0) < date.fromisoformat(day) - date.fromisoformat(holder.end) <= timedelta(days=7)
    except ValueError:  # an end known by year or month only, or none
        return False


def holder_beside(entry: Entry, step: int) -> Holder | None:
    """Who held an office of the tables right before (-1) or after (1) the entry's holder; acting holders count."""
    terms = sorted((h for h in holders_in(entry.country or "") if h.office == entry.office), key=lambda h: h.start)
    own = [i for i, h in enumerate(terms) if h.name == entry.name and h.start == entry.valid_from]
    if not own or not 0 <= own[0] + step < len(terms):
        return None
    found = terms[own[0] + step]
    return found if found.name != entry.name else None


def country_name(country: str) -> str:
    """Name of a state or body as the tables give it."""
    return _country_names().get(country, country)


@cache
def _country_names() -> dict[str, str]:
    found: dict[str, str] = {}
    for entries in gazetteer().names.values():
        for entry in entries:
            if entry.table == "countries" and entry.country and not entry.valid_to:
                found.setdefault(entry.country, entry.name)
    return found
