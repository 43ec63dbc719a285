"""`detente read`: one article, cleaned and coded."""

from __future__ import annotations

import os
import sys

from detente.cli import arguments
from detente.cli.failures import WrongUsage


def read_one(path: str, published: str | None, form: str, encoder: bool) -> None:
    if path != "-" and not os.path.exists(path):
        raise WrongUsage(f"{path}: no such file")
    if os.path.isdir(path):
        raise WrongUsage(f"{path}: a folder; `detente ingest` codes all files of one")
    when = arguments.moment(published, "--published")
    from detente.ingest import read_article
    from detente.records import Article
    from detente.run.local import default_coder

    article = read_article(path)
    if when is not None:
        fields = article.model_dump(include={"url", "title", "author", "publisher", "language"})
        article = Article.of(article.text, published=when, **fields)
    coded = default_coder(encoder).code_article(article)
    if form == "json":
        print(coded.model_dump_json(by_alias=True, indent=2))
        return
    from detente.cli.render import render

    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    print(render(coded, colour))
