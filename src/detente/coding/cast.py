"""Who is mentioned where in an article: mentions and the actors that they make up."""

from __future__ import annotations

from dataclasses import dataclass, field

from spacy.tokens import Doc, Token


@dataclass(slots=True, eq=False)
class Mention:
    """One reference to an actor; `start`, `end`, `head` are token indices of the noun phrase and its head.

    `form` is name, adjective, nominal, person, or pronoun. `bare` marks a nominal that names no country itself
    ("the embassy") and takes one from the article. `home` is `told` for a private person
    whose place the text tells in words that no table has, and `near` for one who lives where the news is from.
    """

    start: int
    end: int
    head: int
    form: str
    name: str
    kind: str
    country: str | None = None
    sectors: tuple[str, ...] = ()
    office: str | None = None
    resolved_by: str | None = None
    role: str | None = None
    is_place: bool = False
    is_plural: bool = False
    is_former: bool = False
    accredited_to: str | None = None
    bare: bool = False
    home: str = ""
    members: tuple[str, ...] = ()
    actor: int = -1


@dataclass(slots=True, eq=False)
class CastActor:
    """An actor of the article, gathered over its mentions."""

    index: int
    name: str
    kind: str
    country: str | None
    sectors: tuple[str, ...]
    office: str | None
    resolved_by: str | None
    mentions: list[Mention] = field(default_factory=list)
    gender: str | None = None
    members: tuple[str, ...] = ()


class Cast:
    """All mentions of a Doc, by token, and their actors."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.mentions: list[Mention] = []
        self.actors: list[CastActor] = []
        self._at: dict[int, Mention] = {}
        self._inside: dict[int, Mention] = {}
        self.expansions: dict[int, list[Mention]] = {}

    def add(self, mention: Mention) -> None:
        self.mentions.append(mention)
        self._at[mention.head] = mention
        for index in range(mention.start, mention.end):
            self._inside.setdefault(index, mention)

    def at(self, token: Token | int) -> Mention | None:
        """The mention whose head is this token."""
        return self._at.get(token if isinstance(token, int) else token.i)

    def covering(self, index: int) -> Mention | None:
        """The mention whose span covers this token."""
        return self._at.get(index) or self._inside.get(index)

    def actor_of(self, mention: Mention) -> CastActor:
        return self.actors[mention.actor]

    def country_of(self, mention: Mention) -> str | None:
        return self.actors[mention.actor].country if mention.actor >= 0 else mention.country

    def expand(self, mention: Mention) -> list[Mention]:
        """The mention, or one for each side where the text puts several into one phrase ("the two countries")."""
        return self.expansions.get(id(mention), [mention])

    def parties_of(self, mention: Mention) -> tuple[str, ...]:
        """Countries that the mention stands for: its actor's, or a named group's members."""
        actor = self.actor_of(mention)
        return (actor.country,) if actor.country else actor.members
