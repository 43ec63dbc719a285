"""Rebuilds the relation encoder's weights from the training text: `python -m training.train`.

Reads `training/text/hand`, adds generated sentences, trains on what is not held out, fits the temperatures on what is,
and leaves `weights.pt` and `run.json` in the output folder; `python -m training.export` makes the shipped files.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import tempfile
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from detente.encoder.marking import LABELS, MARKERS, MODALITIES, NONE, SpanError, mark
from training.corpus import HAND, LabelledPair, Sentence, load, read_files, split
from training.examples import Example, Names, Sampling, epoch
from training.generator import generate
from training.measure import calibration_error, dev_figures, macro_f1, read_pairs
from training.model import RelationModel, load_tokenizer


@dataclass(frozen=True)
class Settings:
    seed: int = 1
    epochs: float = 4
    batch: int = 48
    rate: float = 2e-4
    head_rate: float = 1e-3
    layer_decay: float = 0.85
    weight_decay: float = 0.01
    warm_up: float = 0.08
    smoothing: float = 0.08
    dropout: float = 0.2
    inner_dropout: float = 0.0
    modality_weight: float = 0.25
    average_from: float = 0.4
    """Weights are averaged over the steps after this share of the run."""
    average_decay: float = 0.998
    generated: int = 0
    teacher_share: float = 0.5
    """How much a teacher's probabilities weigh beside the label, where a teacher has spoken of the pair."""
    keep: float = 0.0
    """Share of the weights that the run went on from in those that it leaves (Wortsman et al. 2022)."""
    precision: str = "auto"
    """Of the products in forward and backward passes: float32, bfloat16, or auto, which takes the faster one here."""
    toy: bool = False


EARLIER = ("settings", "sampling", "text", "without", "seconds")
"""What a run says of the one that it went on from."""


Soft = dict[str, np.ndarray]
"""A teacher's probabilities of the labels, by `pair_key`."""


def device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def fast_precision() -> str:
    """bfloat16 where this machine multiplies in it at least half as fast again as in float32."""
    seconds = {}
    for name in ("float32", "bfloat16"):
        a = torch.randn(1024, 384, device=device(), dtype=getattr(torch, name))
        b = torch.randn(384, 1536, device=device(), dtype=getattr(torch, name))
        (a @ b).sum().item()
        started = time.perf_counter()
        for _ in range(10):
            (a @ b).sum().item()
        seconds[name] = time.perf_counter() - started
    return "bfloat16" if seconds["float32"] > 1.5 * seconds["bfloat16"] else "float32"


def batches(examples: list[Example], size: int, rng: random.Random) -> list[list[Example]]:
    """Batches of about equal length, in random order."""
    pool = sorted(examples, key=lambda item: len(item.marked) + rng.random() * 24)
    cut = [pool[i : i + size] for i in range(0, len(pool), size)]
    rng.shuffle(cut)
    return cut


def tensors(tokenizer: Tokenizer, marked: list[str]) -> tuple[Tensor, Tensor]:
    encodings = tokenizer.encode_batch(marked)
    width = max(len(encoding.ids) for encoding in encodings)
    ids = torch.zeros(len(marked), width, dtype=torch.long)
    mask = torch.zeros(len(marked), width, dtype=torch.long)
    for row, encoding in enumerate(encodings):
        ids[row, : len(encoding.ids)] = torch.tensor(encoding.ids)
        mask[row, : len(encoding.ids)] = 1
    return ids, mask


def loss_of(
    model: RelationModel, tokenizer: Tokenizer, batch: list[Example], settings: Settings, soft: Soft | None = None
) -> Tensor:
    where = next(model.parameters()).device
    ids, mask = (tensor.to(where) for tensor in tensors(tokenizer, [item.marked for item in batch]))
    with torch.autocast(where.type, torch.bfloat16, enabled=settings.precision == "bfloat16"):
        types, modality = model(ids, mask)
    types, modality = types.float(), modality.float()
    wanted = torch.tensor([item.types for item in batch], dtype=torch.float32, device=where)
    wanted = wanted * (1 - settings.smoothing) + settings.smoothing / len(LABELS)
    if soft:
        told = torch.tensor(np.array([soft.get(item.key, item.types) for item in batch]), dtype=torch.float32)
        knows = torch.tensor([settings.teacher_share * (item.key in soft) for item in batch]).unsqueeze(-1)
        wanted = torch.lerp(wanted, told.to(where), knows.to(where))
    weights = torch.tensor([item.weight for item in batch], dtype=torch.float32, device=where)
    each = -(wanted * torch.log_softmax(types, -1)).sum(-1)
    loss = (each * weights).sum() / weights.sum() + 0.0 * modality.sum()
    modes = torch.tensor([item.modality for item in batch], device=where)
    if bool((modes >= 0).any()):
        other = nn.functional.cross_entropy(modality, modes, ignore_index=-1, label_smoothing=settings.smoothing)
        loss = loss + settings.modality_weight * other
    return loss


def optimiser(model: RelationModel, settings: Settings) -> torch.optim.Optimizer:
    """AdamW with lower rates for lower layers."""
    layers = list(model.body.encoder.layer)
    groups = []
    for depth, layer in enumerate(layers):
        rate = settings.rate * settings.layer_decay ** (len(layers) - 1 - depth)
        groups.append(
            {"params": list(layer.parameters()), "full_rate": rate, "lr": rate, "weight_decay": settings.weight_decay}
        )
    heads = [*model.middle.parameters(), *model.types.parameters(), *model.modality.parameters()]
    groups.append(
        {
            "params": [*heads, model.markers],
            "lr": settings.head_rate,
            "full_rate": settings.head_rate,
            "weight_decay": 0.0,
        }
    )
    return torch.optim.AdamW(groups, fused=True)


@dataclass(frozen=True)
class Plan:
    """Where a run gets its sentences and leaves its weights; must pickle, since every worker gets it."""

    settings: Settings
    sampling: Sampling
    output: Path
    folder: Path = HAND
    strict: bool = True
    dev: Path | None = None
    minutes: float = 0.0
    """Wall time after which the run must be over: the rate then falls by the clock. 0: by the steps alone."""
    look_at: tuple[int, ...] = ()
    """Epochs after which the run is measured and its weights are written."""
    start: Path | None = None
    """A run to go on from."""
    without: str = ""
    """Beginnings of file names, with commas between them: these files are left for a later run."""
    base: Path | None = None
    """Folder of the base's weights; None: MiniLM from its package."""
    soft: tuple[Path, ...] = ()
    """What a teacher said of the pairs, made by `training.teacher`."""


def share_gradients(model: RelationModel, workers: int) -> None:
    """Averages the gradients over the workers, in one message."""
    if workers == 1:
        return
    grads = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
    flat = torch.cat([grad.view(-1) for grad in grads])
    torch.distributed.all_reduce(flat)
    flat /= workers
    start = 0
    for grad in grads:
        grad.copy_(flat[start : start + grad.numel()].view_as(grad))
        start += grad.numel()


def share_clock(elapsed: float, workers: int) -> float:
    """The first worker's clock, so that all of them stop at the same step."""
    if workers == 1:
        return elapsed
    clock = torch.tensor([elapsed])
    torch.distributed.broadcast(clock, src=0)
    return float(clock)


def work(rank: int, plan: Plan, workers: int, meeting: str) -> None:
    """One worker of a run: all draw the same batches and each takes its share of every one."""
    if workers > 1:
        torch.set_num_threads(1)
        torch.distributed.init_process_group("gloo", init_method=meeting, rank=rank, world_size=workers)
    settings = plan.settings
    torch.manual_seed(settings.seed)
    rng, names = random.Random(settings.seed), Names()
    tokenizer = load_tokenizer(plan.base)
    vocabulary = tokenizer.get_vocab_size() - len(MARKERS)
    model = RelationModel(vocabulary, settings.dropout, settings.inner_dropout, settings.toy, plan.base)
    soft = read_soft(plan.soft)
    if plan.start:
        model.load_state_dict(torch.load(plan.start / "weights.pt", map_location="cpu"))
    model.to(device()).train()
    torch.manual_seed(settings.seed * 1000 + rank)
    groups = optimiser(model, settings)
    mean = torch.optim.swa_utils.get_ema_multi_avg_fn(settings.average_decay)
    average = torch.optim.swa_utils.AveragedModel(model, multi_avg_fn=mean)
    started, running, done = time.time(), 0.0, 0
    queue = draw(plan, names, rng)
    per_epoch = len(queue)
    total = max(int(per_epoch * settings.epochs), 1)
    for step in range(total):
        elapsed = share_clock(time.time() - started, workers)
        progress = max(step / total, elapsed / (60 * plan.minutes) if plan.minutes else 0.0)
        if progress >= 1:
            break
        if not queue:
            done += 1
            if rank == 0 and done in plan.look_at:
                finish(model if done < settings.average_from * settings.epochs else average.module, tokenizer, plan)
                model.train()
            queue = draw(plan, names, rng)
        factor = min((step + 1) / max(total * settings.warm_up, 1), max((1 - progress) / (1 - settings.warm_up), 0.02))
        for group in groups.param_groups:
            group["lr"] = group["full_rate"] * min(factor, 1.0)
        loss = loss_of(model, tokenizer, queue.pop()[rank::workers], settings, soft)
        loss.backward()
        share_gradients(model, workers)
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        groups.step()
        groups.zero_grad(set_to_none=True)
        if progress >= settings.average_from:
            average.update_parameters(model)
        running = loss.item() if step == 0 else 0.98 * running + 0.02 * loss.item()
        if rank == 0 and step % 50 == 49:
            print(f"step {step + 1}/{total} progress {progress:.3f} loss {running:.3f} {elapsed:.0f} s", flush=True)
    if rank == 0:
        finish(average.module if settings.average_from < 1 else model, tokenizer, plan, time.time() - started)
    if workers > 1:
        torch.distributed.barrier()
        torch.distributed.destroy_process_group()


def read_soft(paths: tuple[Path, ...]) -> Soft:
    told: Soft = {}
    for path in paths:
        with np.load(path) as kept:
            told.update(zip(kept["keys"].tolist(), kept["probabilities"].astype(np.float32), strict=True))
    return told


def draw(plan: Plan, names: Names, rng: random.Random) -> list[list[Example]]:
    """The batches of an epoch, whole ones of equal size only, so that every worker has its share of each."""
    kept, _ = sentences_for(plan)
    drawn = batches(epoch(kept, plan.sampling, names, rng), plan.settings.batch, rng)
    whole = [batch for batch in drawn if len(batch) == plan.settings.batch]
    return whole or drawn


def finish(model: RelationModel, tokenizer: Tokenizer, plan: Plan, seconds: float | None = None) -> None:
    """Measures, and writes weights and figures."""
    kept, held = sentences_for(plan)
    if plan.start and plan.settings.keep:
        before = torch.load(plan.start / "weights.pt", map_location=next(model.parameters()).device)
        model.load_state_dict(blend(before, model.state_dict(), plan.settings.keep))
    model.eval()
    run = evaluate(model, tokenizer, held, plan.dev)
    earlier = json.loads((plan.start / "run.json").read_text()) if plan.start else None
    run |= {"without": plan.without, "start": {k: earlier[k] for k in EARLIER} if earlier else None}
    run |= {"base": plan.base.name if plan.base else "all-MiniLM-L6-v2", "taught": bool(plan.soft)}
    run |= {"settings": asdict(plan.settings), "sampling": asdict(plan.sampling), "seconds": seconds}
    run |= {"sentences": len(kept), "held_out_sentences": len(held), "text": digest(kept)}
    plan.output.mkdir(parents=True, exist_ok=True)
    torch.save(model.state_dict(), plan.output / "weights.pt")
    (plan.output / "run.json").write_text(json.dumps(run, indent=1))
    print(json.dumps({key: value for key, value in run.items() if key != "dev"}), flush=True)


def blend(one: dict[str, Tensor], other: dict[str, Tensor], share: float) -> dict[str, Tensor]:
    """`share` of the first weights and the rest of the second."""
    return {
        name: torch.lerp(other[name], value, share) if value.is_floating_point() else value
        for name, value in one.items()
    }


def digest(sentences: list[Sentence]) -> str:
    return hashlib.sha256("\n".join(sorted(s.text for s in sentences)).encode()).hexdigest()[:12]


@torch.no_grad()
def logits(
    model: RelationModel, tokenizer: Tokenizer, marked: list[str], size: int = 64
) -> tuple[np.ndarray, np.ndarray]:
    """Logits of types and modality, rows in the order given."""
    model.eval()
    where = next(model.parameters()).device
    order = sorted(range(len(marked)), key=lambda i: len(marked[i]))
    types = np.zeros((len(marked), model.types.out_features), dtype=np.float32)
    modality = np.zeros((len(marked), model.modality.out_features), dtype=np.float32)
    for start in range(0, len(order), size):
        rows = order[start : start + size]
        ids, mask = tensors(tokenizer, [marked[i] for i in rows])
        a, b = model(ids.to(where), mask.to(where))
        types[rows], modality[rows] = a.float().cpu().numpy(), b.float().cpu().numpy()
    return types, modality


def softmax(values: np.ndarray) -> np.ndarray:
    shifted = np.exp(values - values.max(-1, keepdims=True))
    return shifted / shifted.sum(-1, keepdims=True)


def temperature(values: np.ndarray, gold: np.ndarray) -> float:
    """The temperature under which the gold labels are likeliest."""
    grid = np.exp(np.linspace(np.log(0.4), np.log(3.0), 80))
    nll = [-np.log(softmax(values / t)[np.arange(len(gold)), gold] + 1e-12).mean() for t in grid]
    return float(grid[int(np.argmin(nll))])


def markable(text: str, source: tuple[int, int], target: tuple[int, int]) -> str:
    """The marked text; without marks where the spans overlap, which the shipped encoder refuses to read."""
    try:
        return mark(text, source, target)
    except SpanError:
        return text


def held_pairs(sentences: list[Sentence]) -> list[LabelledPair]:
    return [pair for sentence in sentences for pair in sentence.pairs()]


def held_figures(types: np.ndarray, pairs: list[LabelledPair]) -> dict[str, float]:
    """Figures on held-out pairs; a pair with two types is right with either."""
    found = [LABELS[i] for i in types.argmax(1)]
    gold = [f if f in pair.types else pair.type for f, pair in zip(found, pairs, strict=True)]
    said, true = found.count(NONE), gold.count(NONE)
    hit = sum(f == g == NONE for f, g in zip(found, gold, strict=True))
    right = np.array([f == g for f, g in zip(found, gold, strict=True)])
    held = [i for i, g in enumerate(gold) if g != NONE]
    macro = macro_f1([gold[i] for i in held], [LABELS[i] for i in types[held, :-1].argmax(1)])[0]
    return {
        "pairs": len(pairs), "macro_f1_17": macro_f1(gold, found)[0], "macro_f1_events_only": macro,
        "none_precision": hit / max(said, 1), "none_recall": hit / max(true, 1),
        "ece": calibration_error(softmax(types).max(1), right),
    }  # fmt: skip


def evaluate(model: RelationModel, tokenizer: Tokenizer, held: list[Sentence], dev: Path | None) -> dict[str, object]:
    """Temperatures and figures; the dev set is only measured on, and only where it is there."""
    pairs = held_pairs(held)
    types, modality = logits(model, tokenizer, [mark(p.text, p.source, p.target) for p in pairs])
    gold = np.array([LABELS.index(pair.type) for pair in pairs])
    run: dict[str, object] = {"temperature_types": temperature(types, gold)}
    rows = [i for i, pair in enumerate(pairs) if pair.modality]
    modes = np.array([MODALITIES.index(pairs[i].modality or "actual") for i in rows])
    run["temperature_modality"] = temperature(modality[rows], modes)
    run["held_out"] = held_figures(types / run["temperature_types"], pairs)
    found = [MODALITIES[i] for i in modality[rows].argmax(1)]
    run["held_out_modality_macro_f1"] = macro_f1([MODALITIES[i] for i in modes], found)[0]
    if dev and dev.exists():
        items, labels, quads = read_pairs(dev)
        values, _ = logits(model, tokenizer, [markable(p.text, p.source, p.target) for p in items])
        figures = dev_figures(softmax(values / run["temperature_types"]), labels, quads)
        print(figures, flush=True)
        run["dev"] = asdict(figures)
    return run


def sentences_for(plan: Plan) -> tuple[list[Sentence], list[Sentence]]:
    """Training sentences (hand-written and generated) and held-out ones (hand-written only)."""
    hand = load(plan.folder) if plan.strict else read_files(plan.folder.glob("*.txt"))[0]
    kept, held = split(hand)
    if plan.without:
        left_out = tuple(plan.without.split(","))
        kept = [sentence for sentence in kept if not sentence.origin.startswith(left_out)]
    if plan.settings.toy:
        kept, held = kept[:100], held[:20]
    elif plan.settings.generated:
        kept = kept + generate(plan.settings.generated, seed=plan.settings.seed)
    return kept, held


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=Path("build/encoder"))
    parser.add_argument("--text", type=Path, default=HAND)
    parser.add_argument("--dev", type=Path, help="a file in the layout of pairs_dev.jsonl, measured on at the end")
    parser.add_argument("--start", type=Path, help="a finished run to go on from")
    parser.add_argument("--without", default="", help="leave out the files whose names begin so: dense_,weak_")
    parser.add_argument("--base", type=Path, help="folder of other base weights, as of a teacher")
    parser.add_argument("--soft", type=Path, nargs="*", default=[], help="what training.teacher made")
    parser.add_argument("--toy", action="store_true", help="one layer, a hundred sentences, seconds")
    parser.add_argument("--lenient", action="store_true", help="skip bad lines instead of stopping")
    parser.add_argument("--workers", type=int, default=2, help="processes of one thread each; a GPU is used alone")
    parser.add_argument("--minutes", type=float, default=0.0, help="end by the clock; such a run cannot be repeated")
    parser.add_argument("--look-at", type=int, nargs="*", default=[], help="epochs after which to measure and write")
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE", help="settings of Settings or Sampling")
    return parser.parse_args()


def apply_settings(changes: list[str]) -> tuple[Settings, Sampling]:
    settings, sampling = Settings(), Sampling()
    for change in changes:
        name, _, value = change.partition("=")
        if hasattr(sampling, name):
            sampling = replace(sampling, **{name: type(getattr(sampling, name))(value)})
        else:
            settings = replace(settings, **{name: type(getattr(settings, name))(value)})
    return settings, sampling


def main() -> int:
    chosen = options()
    settings, sampling = apply_settings(chosen.set)
    if settings.precision == "auto":
        settings = replace(settings, precision=fast_precision())
    if chosen.toy:
        settings = replace(settings, toy=True, epochs=1)
    workers = 1 if chosen.toy or torch.cuda.is_available() else chosen.workers
    plan = Plan(
        settings, sampling, chosen.output, chosen.text, not chosen.lenient, chosen.dev, chosen.minutes,
        tuple(chosen.look_at), chosen.start, chosen.without,
        chosen.base, tuple(chosen.soft),
    )  # fmt: skip
    kept, held = sentences_for(plan)
    print(
        f"{len(kept)} sentences to train on, {len(held)} held out, {workers} workers, {settings.precision}", flush=True
    )
    if workers == 1:
        work(0, plan, 1, "")
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        torch.multiprocessing.spawn(work, args=(plan, workers, f"file://{scratch}/meeting"), nprocs=workers)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
