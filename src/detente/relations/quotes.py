"""The quotes that a report shows: ranked by what is known without their words, which are read for the first ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from detente.relations.columns import Events, ordinal
from detente.relations.report import Quote
from detente.relations.words import clean

if TYPE_CHECKING:
    import numpy as np

    from detente.relations.evidence import Said

TOP_QUOTES = 5
QUOTE_LENGTHS = (30, 320)
KIND_RANK = {"direct": 4.0, "mixed": 2.5, "indirect": 0.5}
AT_ONCE = 64  # quotes whose words are read together
SIDES: tuple[Literal["a", "b"], ...] = ("a", "b")


@dataclass(frozen=True)
class Sayings:
    """What both sides say, by day, article and statement. `rank` is without the events that a statement tells.

    `article` and `statement` are numbers that reports name them by as well; `text` is the same for the same words.
    `words` reads rows.
    """

    day: np.ndarray
    side: np.ndarray
    rank: np.ndarray
    copy: np.ndarray
    article: np.ndarray
    statement: np.ndarray
    text: np.ndarray
    words: Callable[[Sequence[int]], list[Said]]
    read: dict[int, Said] = field(default_factory=dict)
    """Rows whose words were read already."""

    @classmethod
    def of(cls, said: Iterable[Said], numbers: dict[tuple[str, ...], int]) -> Sayings:
        """`numbers` of articles and statements, of which more are made here."""
        import numpy as np

        items = sorted(said, key=lambda s: (str(s.day), s.source.article_id, s.statement_id))

        def numbered(key: tuple[str, ...]) -> int:
            return numbers.setdefault(key, len(numbers) + 1)

        return cls(
            np.array([ordinal(s.day) for s in items], dtype=np.int64),
            np.array([SIDES.index(s.side) for s in items], dtype=np.int64),
            np.array([rank_of(s) for s in items], dtype=np.float64),
            np.array([s.source.copy for s in items], dtype=bool),
            np.array([numbered((s.source.article_id,)) for s in items], dtype=np.uint64),
            np.array([numbered((s.source.article_id, s.statement_id)) for s in items], dtype=np.uint64),
            np.array([numbered(("", "", s.text)) for s in items], dtype=np.uint64),
            lambda rows: [items[row] for row in rows],
        )  # fmt: skip

    def best(self, mask: np.ndarray, carried: tuple[np.ndarray, np.ndarray], count: int) -> list[tuple[int, Said]]:
        """Row and words of the highest in rank, no two in the same words, at most two of one article."""
        rows, known = self._ranked(mask, carried), self.read
        best: list[tuple[int, Said]] = []
        passed: set[int] = set()
        for at, row in enumerate(rows.tolist()):
            text = int(self.text[row])
            if text in passed or sum(self.article[other] == self.article[row] for other, _ in best) >= 2:
                continue
            if row not in known:
                wanted = self._next(rows[at:], passed, AT_ONCE)
                known.update(zip(wanted, self.words(wanted), strict=True))
            said = known[row]
            words = _fingerprint(said.text)
            if len(said.text.split()) <= 5 or any(_overlap(words, _fingerprint(o.text)) > 0.6 for _, o in best):
                passed.add(text)
                continue
            best.append((row, said))
            passed.add(text)
            if len(best) == count:
                break
        return best

    def prepare(self, questions: Iterable[tuple[np.ndarray, tuple[np.ndarray, np.ndarray]]], count: int) -> None:
        """Reads the words of the first so many of each of several questions to `best`, all at once."""
        firsts = (self._next(self._ranked(mask, carried), set(), count) for mask, carried in questions)
        wanted = sorted({row for rows in firsts for row in rows} - self.read.keys())
        if wanted:
            self.read.update(zip(wanted, self.words(wanted), strict=True))

    def _ranked(self, mask: np.ndarray, carried: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
        import numpy as np

        rows = np.flatnonzero(mask & ~self.copy)
        score = self.rank[rows] + np.minimum(_looked_up(self.statement[rows], carried), 6.0) / 2
        return np.asarray(rows[np.argsort(-score, kind="stable")])

    def _next(self, rows: np.ndarray, passed: set[int], count: int) -> list[int]:
        """The first of these rows whose words are not known to be passed over."""
        wanted: list[int] = []
        texts: set[int] = set(passed)
        for row in rows.tolist():
            if int(self.text[row]) not in texts:
                texts.add(int(self.text[row]))
                wanted.append(row)
            if len(wanted) == count:
                break
        return wanted


def rank_of(said: Said) -> float:
    shortest, longest = QUOTE_LENGTHS
    fit = 0.0 if shortest <= len(said.text) <= longest else -2.0
    official = 0.5 if said.office or "GOV" in said.sectors else 0.0
    return KIND_RANK.get(said.kind, 0.0) + fit + official + (1.5 if said.names_other else 0.0)


def top_quotes(sayings: Sayings, within: np.ndarray, carried: tuple[np.ndarray, np.ndarray]) -> tuple[Quote, ...]:
    """The best of side a, then of side b, each in the order of their days."""
    chosen: list[Quote] = []
    for side in (0, 1):
        mine = sayings.best(within & (sayings.side == side), carried, TOP_QUOTES)
        chosen += [quote_of(said) for _, said in sorted(mine, key=lambda item: item[0])]
    return tuple(chosen)


def carried_by(events: Events, chosen: Iterable[int] | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of the statements that make or tell events, in order, and the weight of the heaviest of each."""
    import numpy as np

    chosen = np.asarray(chosen, dtype=np.int64)
    if not len(chosen):
        return np.zeros(0, dtype=np.uint64), np.zeros(0)
    rows = events.rows_of_all(chosen)
    weight = np.repeat(np.abs(events.weight[chosen]), events.count[chosen])
    statement = events.reports["statement"][rows]
    told = statement > 0
    numbers, at = np.unique(statement[told], return_inverse=True)
    heaviest = np.zeros(len(numbers))
    np.maximum.at(heaviest, at, weight[told])
    return numbers, heaviest


def _looked_up(numbers: np.ndarray, carried: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    import numpy as np

    known, weights = carried
    if not len(known):
        return np.zeros(len(numbers))
    at = np.minimum(np.searchsorted(known, numbers), len(known) - 1)
    return np.where(known[at] == numbers, weights[at], 0.0)


def _fingerprint(text: str) -> frozenset[str]:
    return frozenset(word.strip("\"'“”‘’.,;:!?()").casefold() for word in text.split()) - {""}


def _overlap(words: frozenset[str], others: frozenset[str]) -> float:
    return len(words & others) / max(1, min(len(words), len(others)))


def quote_of(said: Said) -> Quote:
    source = said.source
    return Quote(
        side=said.side, day=said.day, speaker=_capital(clean(said.speaker)), office=said.office, kind=said.kind,
        text=_bare(said.text), publisher=source.publisher, title=source.title, url=source.url,
    )  # fmt: skip


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _bare(text: str) -> str:
    """Without the quotation marks around it and the comma before the speaker's name."""
    text = clean(text)
    if text[:1] in '"“„«' and not any(mark in text[1:-2] for mark in '"“”„«»'):
        text = text.strip('"“”„«» ')
    return text.rstrip(",")
