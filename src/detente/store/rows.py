"""Rows of the store's tables, derived from one coded article."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from itertools import combinations
from typing import Any

from detente.placing import HALF_PERIOD, series_day
from detente.records import Actor, Assessment, CodedArticle, Date, Event, Evidence, Span, Statement

Row = dict[str, Any]


def version_order(version: str) -> list[int]:
    """A version for sorting: [0, 10, 0, 0] for "0.10.0"; "0.10.0-frames" comes before it, "0.10.0+b2" after."""
    release, mark, rest = re.match(r"([^-+]*)([-+]?)(.*)", version, re.DOTALL).groups()  # type: ignore[union-attr]
    rank = {"-": -1, "": 0, "+": 1}[mark]
    return [*_numbers(release), rank, *_numbers(rest)]


def _numbers(text: str) -> list[int]:
    return [min(int(number), 2**31 - 1) for number in re.findall(r"[0-9]+", text)]


def naive_utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC).replace(tzinfo=None) if moment else None


@dataclass(frozen=True)
class Projection:
    """The rows of one coding, table by table."""

    coded: CodedArticle
    coder_version: str

    def rows(self) -> dict[str, list[Row]]:
        coded = self.coded
        return {
            "codings": [self._coding()],
            "actors": [self._actor(i, actor) for i, actor in enumerate(coded.actors)],
            "statements": [self._statement(i, statement) for i, statement in enumerate(coded.statements)],
            "events": [self._event(i, event) for i, event in enumerate(coded.events)],
            "event_pairs": [row for event in coded.events for row in self._pairs(event)],
            "article_pairs": self._article_pairs(),
            "assessments": [self._assessment(i, assessment) for i, assessment in enumerate(coded.assessments)],
            "links": [
                {**self._key, "position": i, "kind": link.kind, "from_id": link.from_, "to_id": link.to,
                 "text": self._text(link.evidence)}
                for i, link in enumerate(coded.links)
            ],
            "rejections": [
                {**self._key, "position": i, "reason": rejection.reason, "detail": rejection.detail,
                 "text": self._text(rejection.evidence)}
                for i, rejection in enumerate(coded.rejections)
            ],
        }  # fmt: skip

    @cached_property
    def _key(self) -> Row:
        return {"article_id": self.coded.article.id, "coder_version": self.coder_version}

    @cached_property
    def _actors(self) -> dict[str, Actor]:
        return {actor.id: actor for actor in self.coded.actors}

    @cached_property
    def _statements(self) -> dict[str, Statement]:
        return {statement.id: statement for statement in self.coded.statements}

    @cached_property
    def _events(self) -> dict[str, Event]:
        return {event.id: event for event in self.coded.events}

    @cached_property
    def _published(self) -> Row:
        article = self.coded.article
        return {"published": naive_utc(article.published), "publisher": article.publisher}

    def _text(self, span: Span | None) -> str | None:
        return span.of(self.coded.article.text) if span else None

    def _texts(self, spans: Iterable[Span]) -> str:
        return " … ".join(span.of(self.coded.article.text) for span in spans)

    def _speaker(self, statement_id: str | None) -> Actor | None:
        statement = self._statements.get(statement_id or "")
        return self._actors.get(statement.speaker or "") if statement else None

    def _dated(self, when: Date | None, by_words: bool) -> tuple[date | None, str | None, str | None]:
        """Day, precision, and what gave it: 'words', 'publication' or None."""
        published = self.coded.article.published
        day = first_day(when)
        if when is not None and day is not None and when.precision != "unknown":
            from_publication = not by_words and published is not None and day == published.date()
            return day, when.precision, "publication" if from_publication else "words"
        return (published.date(), "day", "publication") if published else (None, None, None)

    def _coding(self) -> Row:
        record = self.coded.model_dump_json(by_alias=True, exclude={"article"})
        return {**self._key, "version_order": version_order(self.coder_version), "record": record}

    def _actor(self, position: int, actor: Actor) -> Row:
        return {
            **self._key, "id": actor.id, "position": position, "name": actor.name, "country": actor.country,
            "sectors": list(actor.sectors), "office": actor.office, "kind": actor.kind,
            "mentions": [self._text(span) for span in actor.mentions], "resolved_by": actor.resolved_by,
        }  # fmt: skip

    def _statement(self, position: int, statement: Statement) -> Row:
        speaker = self._actors.get(statement.speaker or "")
        reporting = self._speaker(statement.reported_by)
        day, precision, dated_by = self._dated(statement.date, by_words=False)
        about = self._about(statement)
        return {
            **self._key, "id": statement.id, "position": position, "kind": statement.kind,
            "text": self._texts(statement.content), "cue": self._text(statement.cue),
            "speaker_id": statement.speaker, "speaker": speaker.name if speaker else None,
            "speaker_text": self._text(statement.speaker_mention),
            "speaker_country": speaker.country if speaker else None,
            "speaker_sectors": list(speaker.sectors) if speaker else [],
            "speaker_office": speaker.office if speaker else None,
            "audience": statement.audience, "venue": statement.venue,
            "statement_date": day, "date_precision": precision, "dated_by": dated_by,
            "about_ids": list(statement.about), "about_names": _distinct(actor.name for actor in about),
            "about_countries": _distinct(actor.country for actor in about),
            "reported_by": statement.reported_by, "reporting_speaker": reporting.name if reporting else None,
            **self._published,
            "start_offset": min((span.start for span in statement.content), default=0),
            "end_offset": max((span.end for span in statement.content), default=0),
        }  # fmt: skip

    def _about(self, statement: Statement) -> list[Actor]:
        """The actors that a statement is about, those of the events that it is about among them."""
        ids: list[str] = []
        for id_ in statement.about:
            event = self._events.get(id_)
            ids += [*event.sources, *event.targets] if event else [id_]
        return [self._actors[id_] for id_ in dict.fromkeys(ids) if id_ in self._actors]

    def _event(self, position: int, event: Event) -> Row:
        day, precision, dated_by = self._dated(event.date, by_words=event.evidence.date is not None)
        teller = self._speaker(event.attribution)
        evidence = event.evidence
        return {
            **self._key, "id": event.id, "position": position, "event": event.event, "intended": event.intended,
            "mode": event.mode, "contexts": list(event.contexts), "cameo": event.cameo,
            "plover_quad": event.plover_quad, "cameo_quad": event.cameo_quad, "intensity": event.intensity,
            "goldstein": event.goldstein, "modality": event.modality, "confidence": event.confidence,
            "event_date": day, "date_precision": precision, "dated_by": dated_by,
            **self._party("source", event.sources), **self._party("target", event.targets),
            "place": event.place, "attribution_id": event.attribution,
            "attribution_speaker": teller.name if teller else None,
            "attribution_country": teller.country if teller else None,
            "quote": self._quote(evidence), "trigger_text": self._texts(evidence.trigger),
            "sentence": self._text(evidence.sentence), "date_text": self._text(evidence.date),
            "start_offset": evidence.sentence.start, "end_offset": evidence.sentence.end,
            "mention_count": 1 + len(event.mentions), "rule": event.produced_by.rule,
            "encoder": event.produced_by.encoder, "coder": event.produced_by.coder, **self._published,
            "event_key": event_key(event.event, day, self._countries(event.sources), self._countries(event.targets)),
            "dyad": _dyad(self._countries_of(event)),
        }  # fmt: skip

    def _party(self, role: str, ids: tuple[str, ...]) -> Row:
        actors = [self._actors.get(id_) for id_ in ids]
        return {
            f"{role}_ids": list(ids),
            f"{role}_names": [actor.name if actor else id_ for actor, id_ in zip(actors, ids, strict=True)],
            f"{role}_countries": self._countries(ids),
            f"{role}_sectors": _distinct(sector for actor in actors if actor for sector in actor.sectors),
        }

    def _countries(self, ids: Iterable[str]) -> list[str]:
        return _distinct(self._actors[id_].country for id_ in ids if id_ in self._actors)

    def _quote(self, evidence: Evidence) -> str:
        """From the first to the last of trigger, source and target, as far as they stand in the sentence."""
        sentence = evidence.sentence
        spans = [*evidence.trigger, *evidence.source, *evidence.target]
        inside = [span for span in spans if sentence.start <= span.start and span.end <= sentence.end]
        if not inside:
            return sentence.of(self.coded.article.text)
        return self.coded.article.text[min(s.start for s in inside) : max(s.end for s in inside)]

    def _countries_of(self, event: Event) -> list[tuple[str, str]]:
        """Directed pairs; those of a reciprocal event in both directions."""
        sources = self._countries(event.sources)
        others = self._countries(event.targets) if event.targets else sources
        return [(source, target) for source in sources for target in others if event.targets or source != target]

    def _pairs(self, event: Event) -> list[Row]:
        pairs = self._countries_of(event)
        day, precision, dated_by = self._dated(event.date, by_words=event.evidence.date is not None)
        teller = self._speaker(event.attribution)
        published = self._published["published"]
        told = {
            **self._key, "event_id": event.id, "reciprocal": not event.targets, "event_date": day,
            "day": series_day(day, precision, published), "slack": HALF_PERIOD.get(precision or "", 0),
            "guessed": dated_by != "words", "event": event.event, "mode": event.mode,
            "plover_quad": event.plover_quad, "modality": event.modality, "intensity": event.intensity,
            "confidence": event.confidence, "attribution_id": event.attribution, **self._published,
            "original": self.coded.article.near_duplicate_of, "dyad": _dyad(pairs),
        }  # fmt: skip
        return [
            {**told, "source": source, "target": target, "mutual": not event.targets or (target, source) in pairs,
             "on_targets_word": teller is not None and teller.country == target}
            for source, target in pairs
        ]  # fmt: skip

    def _article_pairs(self) -> list[Row]:
        codes = sorted({actor.country for actor in self.coded.actors if actor.country})
        told = {**self._key, **self._published, "original": self.coded.article.near_duplicate_of}
        return [{**told, "a": a, "b": b} for a, b in combinations(codes, 2)]

    def _assessment(self, position: int, assessment: Assessment) -> Row:
        holder = self._speaker(assessment.holder)
        statement = self._statements.get(assessment.holder or "")
        day, _, _ = self._dated(statement.date if statement else None, by_words=False)
        first, second = sorted(assessment.pair)
        return {
            **self._key, "id": assessment.id, "position": position, "country_a": first, "country_b": second,
            "descriptor": assessment.descriptor, "direction": assessment.direction, "holder_id": assessment.holder,
            "holder_speaker": holder.name if holder else None, "holder_country": holder.country if holder else None,
            "text": self._text(assessment.evidence), "assessed_on": day, **self._published,
        }  # fmt: skip


def _dyad(pairs: Iterable[tuple[str, str]]) -> str | None:
    """The first pair in the order of the alphabet, as "RUS-USA"."""
    return min(("-".join(sorted(pair)) for pair in pairs), default=None)


def event_key(event: str, day: date | None, sources: Iterable[str], targets: Iterable[str]) -> str:
    """The same for reports of one act: same type, day and countries on both sides, in whatever article."""
    key = "|".join([event, str(day), "+".join(sorted(sources)), "+".join(sorted(targets))])
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def first_day(when: Date | None) -> date | None:
    """2021-03-01 for "2021-03"; None for what is no date."""
    match = re.match(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?!\d)", when.value) if when else None
    try:
        return date(int(match[1]), int(match[2] or 1), int(match[3] or 1)) if match else None
    except ValueError:
        return None


def _distinct(values: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(value for value in values if value))
