"""The figures of the model card, as Markdown: `python -m training.card [--model FOLDER] [--dev pairs_dev.jsonl]`."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

import numpy as np

from detente.encoder import LABELS, MODALITIES, NONE, TYPES, Pair, RelationEncoder, Scores
from detente.encoder.model import model_folder
from training.corpus import HAND, LabelledPair, Sentence, load, split
from training.examples import country_rows
from training.measure import calibration_error, dev_figures, macro_f1, read_pairs


def matrix(found: list[Scores]) -> np.ndarray:
    """Probabilities by label; NONE for a pair that was not scored."""
    empty = {label: float(label == NONE) for label in LABELS}
    return np.array([[(scores.types or empty)[label] for label in LABELS] for scores in found])


def table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def held_out_tables(pairs: list[LabelledPair], found: list[Scores]) -> str:
    best = [scores.best or NONE for scores in found]
    gold = [said if said in pair.types else pair.type for said, pair in zip(best, pairs, strict=True)]
    rows: list[tuple[object, ...]] = []
    for label in LABELS:
        hit = sum(g == b == label for g, b in zip(gold, best, strict=True))
        precision, recall = hit / max(best.count(label), 1), hit / max(gold.count(label), 1)
        f1 = 2 * precision * recall / max(precision + recall, 1e-9)
        rows.append((label, gold.count(label), f"{precision:.2f}", f"{recall:.2f}", f"{f1:.2f}"))
    counts = Counter(zip(gold, best, strict=True))
    short = [label[:4] for label in LABELS]
    confusion = [(label, *(counts[label, other] or "" for other in LABELS)) for label in LABELS]
    held = [(p.modality, s.best_modality) for p, s in zip(pairs, found, strict=True) if p.modality]
    macro, modality = macro_f1([g or "" for g, _ in held], [s or "" for _, s in held])
    right = np.array([g == b for g, b in zip(gold, best, strict=True)])
    ece = calibration_error(np.array([scores.confidence for scores in found]), right)
    return "\n\n".join(
        [
            f"{len(pairs)} pairs; macro-F1 over 17 labels {macro_f1(gold, best)[0]:.3f}; ECE {ece:.3f}",
            table(("label", "pairs", "precision", "recall", "F1"), rows),
            "Rows are what holds, columns what was said:",
            table(("", *short), confusion),
            f"Modality, macro-F1 {macro:.3f}:",
            table(("modality", "F1"), [(name, f"{modality.get(name, 0):.2f}") for name in MODALITIES]),
        ]
    )


def countries_seen(sentences: list[Sentence]) -> str:
    """How often each country is marked as source and as target, and as source of ASSAULT or COERCE."""
    names = {name: row["name"] for row in country_rows() for name in named(row)}
    source, target, violent = Counter[str](), Counter[str](), Counter[str]()
    for sentence in sentences:
        for (a, b), relations in sentence.relations.items():
            for letter, counter in ((a, source), (b, target)):
                start, end = sentence.spans[letter]
                words = sentence.text[start:end]
                country = next((names[name] for name in sorted(names, key=len, reverse=True) if name in words), None)
                if country is None:
                    continue
                counter[country] += 1
                if letter == a and any(relation.type in ("ASSAULT", "COERCE") for relation in relations):
                    violent[country] += 1
    rows: list[tuple[object, ...]] = [
        (name, count, target[name], violent[name]) for name, count in (source + violent).most_common(25) if source[name]
    ]
    seen = len(set(source) | set(target))
    head = ("country", "as source", "as target", "as source of ASSAULT or COERCE")
    rows = [(name, source[name], *rest[1:]) for name, *rest in rows]
    return f"{seen} countries are marked as source or target.\n\n{table(head, rows)}"


def named(row: dict[str, str]) -> set[str]:
    cells = (row["name"], row["adjectives"].split(";")[0], row["capital"].split(";")[0])
    return {cell.strip() for cell in cells if len(cell.strip()) > 3}


def dev_table(encoder: RelationEncoder, path: Path) -> str:
    pairs, gold, quads = read_pairs(path)
    figures = dev_figures(matrix(encoder.score(pairs)), gold, quads)
    head = (
        f"types macro-F1 {figures.all_labels:.3f} (NONE counts as wrong), {figures.events:.3f} (types only); quads "
        f"{figures.quads_all:.3f}, {figures.quads:.3f}; NONE said {figures.none_said:.3f}; ECE {figures.ece:.3f}"
    )
    rows: list[tuple[object, ...]] = [(label, f"{value:.3f}") for label, value in figures.by_type.items()]
    return f"{head}\n\n{table(('type', 'F1'), rows)}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=model_folder())
    parser.add_argument("--dev", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    encoder = RelationEncoder(options.model, threads=options.threads)
    sentences = load(HAND)
    kept, held = split(sentences)
    pairs = [pair for sentence in held for pair in sentence.pairs()]
    print(f"weights {encoder.version}; {len(kept)} hand-written sentences, {len(held)} held out; {len(TYPES)} types\n")
    print(held_out_tables(pairs, encoder.score([Pair(p.text, p.source, p.target) for p in pairs])))
    print("\n" + countries_seen(sentences))
    if options.dev:
        print("\n" + dev_table(encoder, options.dev))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
