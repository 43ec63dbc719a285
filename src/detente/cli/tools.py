"""`detente relate` and `detente evaluate`."""

from __future__ import annotations

import json
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from detente.cli import arguments
from detente.cli.failures import DONE, FINISHED_WITH_FAILURES, WrongUsage

REPORT_SECONDS = 2.0


def relate_lines(source: str, output: Path | None) -> int:
    """The exit code: 1 if there were bad lines."""
    from detente.encoder.relate import relate

    failures = 0
    with ExitStack() as stack:
        lines: Iterable[bytes] = sys.stdin.buffer if source == "-" else stack.enter_context(_open(source))
        out = stack.enter_context(arguments.output(output))
        numbers: deque[int] = deque()
        progress = _Progress()
        for answer in relate(_items(lines, numbers)):
            number = numbers.popleft()
            if answer.get("error") is not None:
                failures += 1
                print(f"detente: {source}, line {number}: {answer['error']}", file=sys.stderr)
            else:
                out.write(json.dumps(answer, ensure_ascii=False) + "\n")
            progress.step()
        progress.end()
    return FINISHED_WITH_FAILURES if failures else DONE


def _open(source: str) -> Any:
    path = Path(source)
    if not path.is_file():
        raise WrongUsage(f"{source}: no such file")
    return path.open("rb")


def _items(lines: Iterable[bytes], numbers: deque[int]) -> Iterator[Any]:
    """The object of each line that is not empty, or what is wrong with it; its number goes to `numbers`."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        numbers.append(number)
        try:
            yield json.loads(line.decode("utf-8-sig"), strict=False)
        except (ValueError, RecursionError) as error:
            yield ValueError(str(error))


class _Progress:
    """A line on standard error every other second, where somebody sits before it."""

    def __init__(self) -> None:
        self._shown = self._start = time.monotonic()
        self._number = 0
        self._wanted = sys.stderr.isatty()

    def step(self) -> None:
        self._number += 1
        now = time.monotonic()
        if self._wanted and now - self._shown > REPORT_SECONDS:
            self._shown = now
            rate = self._number / (now - self._start)
            print(f"\r{self._number} read, {rate:.0f}/s ", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        if self._shown != self._start:
            print(file=sys.stderr)


def print_scores(task: str, gold: str, form: str, encoder: bool) -> None:
    if not Path(gold).is_file():
        raise WrongUsage(f"{gold}: no such file")
    from detente.evaluation import evaluate

    scores = evaluate(task, gold, encoder=encoder)
    if form == "json":
        print(json.dumps(scores, indent=2, ensure_ascii=False))
    else:
        print("\n".join(score_lines(scores)))


def score_lines(scores: dict[str, Any]) -> list[str]:
    """One line a measure, its figures side by side; what lies deeper is indented below its name."""
    lines: list[str] = []
    width = max((len(name) for name in scores), default=0)
    for name, value in scores.items():
        if isinstance(value, list):
            lines.append(f"{name:<{width}}  {len(value)} (listed with --format json)")
        elif not isinstance(value, dict):
            lines.append(f"{name:<{width}}  {_figure(value)}")
        elif any(isinstance(each, dict) for each in value.values()):
            lines += [name, *("  " + line for line in score_lines(value))]
        else:
            lines.append(f"{name:<{width}}  " + "  ".join(f"{key} {_figure(each)}" for key, each in value.items()))
    return lines


def _figure(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)
