"""An article that tries to break the page it is shown on."""

from __future__ import annotations

from detente.records import (
    Actor,
    Article,
    Assessment,
    CodedArticle,
    Date,
    Event,
    Evidence,
    ProducedBy,
    Span,
    Statement,
)  # fmt: skip

SCRIPT = "<script>document.title='broken'</script>"
OVERRIDE = "\u202egnp.exe\u202c"
NAME = "N" * 10_000
IMAGE = '"><img src=x onerror="document.title=\'broken\'">'


def hostile_article() -> CodedArticle:
    text = f"Norway {SCRIPT} condemned Chile {OVERRIDE} and {NAME} said: “{IMAGE}”. It was \u0007strained."
    norway, chile = Span(start=0, end=6), Span(start=text.index("Chile"), end=text.index("Chile") + 5)
    said = Span(start=text.index(IMAGE), end=text.index(IMAGE) + len(IMAGE))
    whole = Span(start=0, end=len(text))
    trigger = Span(start=text.index("condemned"), end=text.index("condemned") + 9)
    day = Date(value="2031-05-04")
    return CodedArticle(
        article=Article.of(
            text, id="hostile/../" + SCRIPT, title=SCRIPT + OVERRIDE + NAME, publisher=IMAGE + NAME,
            published="2031-05-04T08:00:00Z", url="javascript:document.title='broken'",
        ),
        actors=(
            Actor(id="a1", name=SCRIPT + OVERRIDE + NAME, country="NOR", kind="state", mentions=(norway,)),
            Actor(id="a2", name=IMAGE, country="CHL", kind="state", mentions=(chile,)),
        ),
        statements=(
            Statement(id="s1", speaker="a1", content=(said,), kind="direct", venue=SCRIPT, audience=IMAGE, date=day,
                      about=("a2",)),
        ),
        events=(
            Event(id="e1", event="ACCUSE", mode=SCRIPT, plover_quad=3, intensity=-8.0, sources=("a1",), targets=("a2",),
                  date=day, confidence=0.9, attribution="s1",
                  evidence=Evidence(sentence=whole, trigger=(trigger,), source=(norway,), target=(chile,)),
                  produced_by=ProducedBy(coder="0.1.0")),
        ),
        assessments=(
            Assessment(id="x1", pair=("CHL", "NOR"), descriptor=SCRIPT + OVERRIDE, direction="worse", holder="s1",
                       evidence=said),
        ),
    )  # fmt: skip
