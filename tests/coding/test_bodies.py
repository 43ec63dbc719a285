"""Organisations by the form of their names, those who belong to them, and the nouns by which they are taken up."""

from __future__ import annotations

import pytest
from tests.coding.test_actor_kinds import country_of, read_actor

MEMBERS = [
    ("Ada Hartwell of the RAND Corporation left.", "Ada Hartwell", "NGO", ("EDU",)),
    ("Ada Moon, president of the University of Peace Studies in Seoul, slept.", "Ada Moon", "KOR", ("EDU",)),
    ("Ada Moon, the union's president, slept.", "Ada Moon", None, ("LAB",)),
    ("UNICEF left. Ada Moon, a spokeswoman for the agency, slept.", "Ada Moon", "UNO", ("CVL",)),
    ("Ada Moon, a scholar at the Central European University, slept.", "Ada Moon", None, ("EDU",)),
    ("Mexico voted. Mexico sang. The Electoral Institute counted.", "The Electoral Institute", "MEX", ("GOV",)),
    ("Volkswagen fell. “It hurts,” chief executive Ada Moon said.", "Ada Moon", "MNC", ("BUS",)),
    ("Kenya fell. “It hurts,” chief executive Ada Moon said.", "Ada Moon", "KEN", ("GOV",)),
    # a state's own organs, and a continent that is no part of a name
    ("Ada Moon, president of Kenya, slept.", "Ada Moon", "KEN", ("GOV",)),
    ("Ada Moon, a European diplomat, slept.", "Ada Moon", "EUR", ("GOV",)),
    ("Ada Moon of Kenya slept.", "Ada Moon", "KEN", ()),
]  # fmt: skip


@pytest.mark.parametrize(("text", "span", "country", "sectors"), MEMBERS, ids=[m[0] for m in MEMBERS])
def test_person_belongs_to_the_organisation(
    text: str, span: str, country: str | None, sectors: tuple[str, ...]
) -> None:
    found = read_actor(text, span)
    assert found is not None
    assert (found[1].country, found[0].sectors) == (country, sectors)


TAKEN_UP = [
    ("The Wall Street Journal spoke. The newspaper was glad.", "The newspaper", "Wall Street Journal"),
    ("Volkswagen fell. The German carmaker was glad.", "The German carmaker", "Volkswagen"),
    ("Hamas spoke. Those who know the movement were glad.", "the movement", "Hamas"),
    ("The governor of Beirut, Marwan Abboud, wept.", "The governor", "Marwan Abboud"),
    # a noun with a clause of its own or with two to choose from is somebody new, and an agency is no paper's
    ("Volkswagen and Siemens fell. The German carmaker was glad.", "The German carmaker", None),
    ("Volkswagen fell. The carmaker that left was glad.", "The carmaker", None),
    ("Volkswagen fell. A German carmaker was glad.", "A German carmaker", None),
    ("Volkswagen spoke. The newspaper was glad.", "The newspaper", None),
]


@pytest.mark.parametrize(("text", "span", "name"), TAKEN_UP, ids=[t[0] for t in TAKEN_UP])
def test_noun_takes_up_the_organisation(text: str, span: str, name: str | None) -> None:
    found = read_actor(text, span)
    assert found is not None
    assert found[1].name == (name or found[0].name)


def test_unnamed_city_has_no_governor_of_that_name() -> None:
    assert country_of("The governor of Beirut met Marwan Abboud.", "Marwan Abboud") is None


LEADERS = [
    ("Norway, Ireland and Spain will act, their leaders said.", {"NOR", "IRL", "ESP"}),
    ("Norway will act, its leaders said.", set()),
    ("Norway and Shell will act, their leaders said.", set()),
]


@pytest.mark.parametrize(("text", "members"), LEADERS, ids=[t[0] for t in LEADERS])
def test_their_leaders_are_those_of_all_states_named_together(text: str, members: set[str]) -> None:
    found = read_actor(text, "its leaders" if "its" in text else "their leaders")
    assert found is not None
    assert set(found[0].members) == members
