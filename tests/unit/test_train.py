import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch.utils.flop_counter import FlopCounterMode

from symmath.errors import CheckpointError, UnsupportedError
from symmath.expr.vocab import PAD, Vocabulary
from symmath.model.checkpoint import load_checkpoint, save_checkpoint
from symmath.model.transformer import ModelConfig, Transformer
from symmath.shards import read_records
from symmath.train import benchmark, loop, threads
from symmath.train.batches import Batches, Position, cut, padding_share
from symmath.train.compute import orthogonalisation_operations, training_operations
from symmath.train.config import Anneal, TrainConfig, rate_at
from symmath.train.freeze import frozen_names
from symmath.train.loop import fit
from symmath.train.mean import write_mean
from symmath.train.recipes import TINY
from symmath.train.run import STATE, Progress, Run
from symmath.train.threads import ThreadGovernor

pytestmark = pytest.mark.usefixtures("one_thread")


def batches(shards: Path, vocabulary: Vocabulary) -> Batches:
    return Batches([shards], vocabulary, tokens=600, seed=3, max_length=200)


def test_a_round_holds_every_pair_once(shards: Path, vocabulary: Vocabulary) -> None:
    rows: list[tuple[int, ...]] = []
    for position, batch in batches(shards, vocabulary).iterate(Position()):
        if position.round == 1:
            break
        rows += [tuple(i for i in row.tolist() if i) for row in batch.source_BS]
    # A round takes four shards, but none twice.
    expected = [tuple(vocabulary.encode(r.source)) for r in read_records(shards, "train")]
    assert sorted(rows) == sorted(expected)


def test_batches_resume_anywhere(shards: Path, vocabulary: Vocabulary) -> None:
    stream = batches(shards, vocabulary).iterate(Position())
    for _ in range(7):
        position, _ = next(stream)
    resumed = batches(shards, vocabulary).iterate(position)
    for _ in range(200):
        (a, left), (b, right) = next(stream), next(resumed)
        assert a == b
        assert torch.equal(left.source_BS, right.source_BS) and torch.equal(left.target_BT, right.target_BT)


def test_batches_of_many_pairs_have_little_padding() -> None:
    rng = np.random.default_rng(0)
    pairs = [([5] * int(rng.integers(3, 60)), [5] * int(rng.integers(2, 25))) for _ in range(20_000)]
    groups = cut(pairs, 5_000, rng)
    assert sorted(i for group in groups for i in group) == list(range(len(pairs)))
    from symmath.train.batches import collate

    shares = [padding_share(collate([pairs[i] for i in group])) for group in groups]
    assert sum(shares) / len(shares) < 0.1


def test_schedule_warms_up_stays_and_decays() -> None:
    config = TrainConfig(name="t", warm_up=10)
    assert rate_at(0, config, None) == pytest.approx(0.1)
    assert rate_at(500, config, None) == 1.0
    anneal = Anneal(start=500, steps=100)
    assert [rate_at(s, config, anneal) for s in (499, 550, 600, 700)] == [1.0, 0.5, 0.0, 0.0]


def make_run(folder: Path, vocabulary: Vocabulary) -> Run:
    folder.mkdir(exist_ok=True)
    return Run(TINY, folder, vocabulary, device="cpu")


def stop_after(steps: int, run: Run):
    return lambda: run.progress.step >= steps


def test_a_resumed_run_equals_an_uninterrupted_one(
    shards: Path, vocabulary: Vocabulary, tmp_path: Path
) -> None:
    whole = make_run(tmp_path / "whole", vocabulary)
    fit(whole, [shards], minutes=5, stopped=stop_after(12, whole))
    first = make_run(tmp_path / "parts", vocabulary)
    fit(first, [shards], minutes=5, stopped=stop_after(5, first))
    second = make_run(tmp_path / "parts", vocabulary)
    assert second.progress.step == 5
    fit(second, [shards], minutes=5, stopped=stop_after(12, second))
    for name, master in whole.optimizer.masters.items():
        assert torch.equal(master, second.optimizer.masters[name]), name


@pytest.mark.parametrize(
    ("begun", "anneal", "again", "begins"),
    [
        (None, False, None, False),
        (None, True, None, True),
        (None, False, 0.4, True),
        # Cut off and asked for again; asked for from another rate; ended.
        (Anneal(10, 100, 0.4), False, 0.4, False),
        (Anneal(10, 100, 1.0), True, None, False),
        (Anneal(10, 100, 0.4), False, 0.2, True),
        (Anneal(10, 20, 0.4), False, 0.4, True),
    ],
)
def test_a_decay_that_was_cut_off_goes_on(
    begun: Anneal | None, anneal: bool, again: float | None, begins: bool
) -> None:
    assert loop._begins_decay(Progress(step=50, anneal=begun), anneal, again) is begins


def test_the_decay_is_as_long_as_the_steps_after_the_first_are_quick(
    shards: Path, vocabulary: Vocabulary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter([0.0, *(120.0 + step for step in range(10_000))])
    monkeypatch.setattr(loop.time, "monotonic", lambda: next(clock))
    run = Run(TINY, tmp_path, vocabulary, device="cpu")
    run.progress = replace(run.progress, anneal=Anneal(0, loop.UNMEASURED_STEPS))
    session = loop._Session(run, 30, None, None)
    for _ in range(loop.LOG_STEPS + 1):
        session.after_step(1.0, 1, Position())
    assert run.progress.anneal is not None
    # 30 minutes less the two before the first step and what was measured, at a second or two a step.
    assert 700 < run.progress.anneal.steps < 1700


def test_a_decay_of_given_length_ends_there(shards: Path, vocabulary: Vocabulary, tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", vocabulary)
    progress = fit(run, [shards], minutes=5, anneal_again=0.5, decay_steps=4)
    assert progress.step == 4 and progress.anneal == Anneal(start=0, steps=4, peak=0.5)
    alone = fit(make_run(tmp_path / "alone", vocabulary), [shards], minutes=5, decay_steps=3)
    assert alone.step == 3 and alone.anneal == Anneal(start=0, steps=3, peak=1.0)


@pytest.mark.parametrize("seconds", [0.0, 1e9])
def test_a_validation_that_fails_costs_no_training(
    seconds: float, shards: Path, vocabulary: Vocabulary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> dict[str, float]:
        raise ArithmeticError("an odd answer")

    # After every step, or at the end alone.
    monkeypatch.setattr(loop, "VALIDATE_SECONDS", seconds)
    run = make_run(tmp_path / "run", vocabulary)
    assert fit(run, [shards], minutes=5, validate=fail, stopped=stop_after(3, run)).step == 3
    assert run.model.training and make_run(tmp_path / "run", vocabulary).progress.step == 3


def test_loss_falls_and_annealing_ends_the_run(
    shards: Path, vocabulary: Vocabulary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "LOG_STEPS", 5)
    run = make_run(tmp_path / "run", vocabulary)
    progress = fit(run, [shards], minutes=5, anneal=True, decay_steps=30)
    assert progress.anneal is not None and progress.step == progress.anneal.end
    lines = [json.loads(line) for line in (tmp_path / "run" / loop.LOG).read_text().splitlines()]
    assert lines[-1]["loss"] < lines[0]["loss"] - 0.5
    loaded = load_checkpoint(tmp_path / "run", dtype=torch.float32)
    assert loaded.metrics["pairs"] == progress.pairs


def test_a_broken_state_is_a_checkpoint_error(shards: Path, vocabulary: Vocabulary, tmp_path: Path) -> None:
    run = make_run(tmp_path, vocabulary)
    fit(run, [shards], minutes=5, stopped=stop_after(1, run))
    state = tmp_path / STATE
    state.write_bytes(state.read_bytes()[:1000])
    with pytest.raises(CheckpointError, match="state"):
        make_run(tmp_path, vocabulary)


def test_a_checkpoint_needs_its_own_vocabulary(shards: Path, vocabulary: Vocabulary, tmp_path: Path) -> None:
    run = make_run(tmp_path, vocabulary)
    run.save({})
    Vocabulary.train([r.target for r in read_records(shards, "train")], 120).save(tmp_path / "vocab.model")
    with pytest.raises(CheckpointError, match="vocabulary"):
        load_checkpoint(tmp_path, dtype=torch.float32)
    (tmp_path / "config.json").unlink()
    with pytest.raises(CheckpointError):
        load_checkpoint(tmp_path, dtype=torch.float32)


@pytest.mark.parametrize(("setting", "moving"), [("encoder", "decoder.0"), ("encoder:1", "encoder.1")])
def test_frozen_weights_stay_and_others_move(
    shards: Path, vocabulary: Vocabulary, tmp_path: Path, setting: str, moving: str
) -> None:
    config = replace(TINY, freeze=setting, frozen_steps=4)
    run = Run(config, tmp_path, vocabulary, device="cpu")
    before = {name: master.clone() for name, master in run.optimizer.masters.items()}
    fit(run, [shards], minutes=5, stopped=stop_after(4, run))
    key = "feed.down.weight"
    assert torch.equal(run.optimizer.masters[f"encoder.0.{key}"], before[f"encoder.0.{key}"])
    assert torch.equal(run.optimizer.masters["embedding.weight"], before["embedding.weight"])
    assert not torch.equal(run.optimizer.masters[f"{moving}.{key}"], before[f"{moving}.{key}"])
    fit(run, [shards], minutes=5, stopped=stop_after(6, run))
    assert not torch.equal(run.optimizer.masters[f"encoder.0.{key}"], before[f"encoder.0.{key}"])


def test_the_encoder_has_a_rate_of_its_own(vocabulary: Vocabulary, tmp_path: Path) -> None:
    run = Run(replace(TINY, encoder_rate=0.25), tmp_path, vocabulary, device="cpu")
    peaks = {group["peak"] for o in run.optimizer.optimizers for group in o.param_groups}
    assert peaks == {TINY.matrix_rate, TINY.matrix_rate / 4, TINY.other_rate, TINY.other_rate / 4}


def test_a_resumed_run_computes_in_the_type_it_began_with(
    vocabulary: Vocabulary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for measured in (torch.bfloat16, torch.float32):
        monkeypatch.setattr("symmath.train.run.best_dtype", lambda device, measured=measured: measured)
        run = Run(TINY, tmp_path, vocabulary, device="cpu")
        assert run.dtype is torch.bfloat16
        run.save({})


@pytest.mark.parametrize("metadata", [None, {"progress": "{"}, {"progress": '{"position": {"page": 1}}'}])
def test_a_state_that_cant_be_read_is_refused(
    metadata: dict[str, str] | None, vocabulary: Vocabulary, tmp_path: Path
) -> None:
    save_file({"x": torch.zeros(1)}, tmp_path / STATE, metadata=metadata)
    with pytest.raises(CheckpointError, match="can't be resumed"):
        Run(TINY, tmp_path, vocabulary, device="cpu")


def test_weights_of_another_vocabulary_are_refused(vocabulary: Vocabulary, tmp_path: Path) -> None:
    Run(TINY, tmp_path, vocabulary, device="cpu").save({})
    path = tmp_path / "weights.safetensors"
    save_file(load_file(path), path, metadata={"vocabulary": "0" * 16})
    with pytest.raises(CheckpointError, match="another vocabulary"):
        load_checkpoint(tmp_path, dtype=torch.float32)


def test_unknown_freezing_is_refused(vocabulary: Vocabulary, tmp_path: Path) -> None:
    with pytest.raises(UnsupportedError, match="freezing"):
        Run(replace(TINY, freeze="decoder"), tmp_path, vocabulary, device="cpu")


def test_the_governor_leaves_cores_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    busy, clock = [0.0], [0.0]
    monkeypatch.setattr("symmath.train.threads._busy_seconds", lambda cores: busy[0])
    monkeypatch.setattr("symmath.train.threads._own_seconds", lambda: 0.0)
    monkeypatch.setattr("symmath.train.threads.time.monotonic", lambda: clock[0])
    monkeypatch.setattr("os.sched_getaffinity", lambda pid: {0, 1})
    governor = ThreadGovernor()
    governor.adjust()
    clock[0], busy[0] = 10.0, 10.0
    governor.adjust()
    assert torch.get_num_threads() == 1
    clock[0] = 20.0
    governor.adjust()
    assert torch.get_num_threads() == 2


def test_only_the_cores_of_this_process_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stat = tmp_path / "stat"
    lines = ["cpu 900 0 0 0", "cpu0 100 0 50 7 3 0 0 0 0 0", "cpu1 800 0 0 0 0 0 0 0 0 0", "intr 1 2"]
    stat.write_text("\n".join(lines) + "\n")
    monkeypatch.setattr(threads, "_STAT", stat)
    assert threads._busy_seconds({0}) == 1.5
    assert threads._busy_seconds({0, 1}) == 9.5


def test_averaged_weights_are_the_checkpoint_and_resume(
    shards: Path, vocabulary: Vocabulary, tmp_path: Path
) -> None:
    config = replace(TINY, average=0.5)
    seen: list[torch.Tensor] = []
    key = "decoder.1.feed.up.weight"

    def validate(model: Transformer, _: Vocabulary) -> dict[str, float]:
        seen.append(model.state_dict()[key].float().clone())
        return {}

    run = Run(config, tmp_path, vocabulary, device="cpu")
    fit(run, [shards], minutes=5, stopped=stop_after(3, run), validate=validate)
    average, master = run.optimizer.averages[key], run.optimizer.masters[key]
    assert not torch.equal(average, master)
    saved = load_checkpoint(tmp_path, dtype=torch.float32).model.state_dict()[key]
    assert torch.equal(saved, average.bfloat16().float())
    assert torch.equal(seen[0], average.to(run.dtype).float())
    assert not torch.equal(seen[0], master.to(run.dtype).float())
    assert torch.equal(run.model.state_dict()[key], master.to(run.dtype))
    again = Run(config, tmp_path, vocabulary, device="cpu")
    assert torch.equal(again.optimizer.averages[key], average)
    # Both ways between runs with averages and without.
    assert not Run(TINY, tmp_path, vocabulary, device="cpu").optimizer.averages


def test_adamw_trains_and_does_not_take_muons_memory(
    shards: Path, vocabulary: Vocabulary, tmp_path: Path
) -> None:
    config = replace(TINY, optimizer="adamw", matrix_rate=0.001, label_smoothing=0.1)
    run = Run(config, tmp_path, vocabulary, device="cpu")
    fit(run, [shards], minutes=5, stopped=stop_after(3, run))
    resumed = Run(config, tmp_path, vocabulary, device="cpu")
    fit(resumed, [shards], minutes=5, stopped=stop_after(4, resumed))
    with pytest.raises(CheckpointError, match="momentum_buffer"):
        make_run(tmp_path, vocabulary)


@pytest.mark.parametrize("setting", ["encoder:3", "encoder:", "encoder:two", "decoder"])
def test_what_cannot_be_frozen_is_refused(setting: str) -> None:
    with pytest.raises(UnsupportedError):
        frozen_names(Transformer(ModelConfig(vocabulary=40, encoder_layers=2)), setting)


def test_label_smoothing_is_in_the_loss(shards: Path, vocabulary: Vocabulary, tmp_path: Path) -> None:
    _, batch = next(batches(shards, vocabulary).iterate(Position()))
    smooth = Run(replace(TINY, label_smoothing=0.1), tmp_path, vocabulary, device="cpu")
    with torch.no_grad():
        logits = smooth.model(batch.source_BS, batch.target_BT[:, :-1]).float().log_softmax(-1)
    targets = batch.target_BT[:, 1:]
    right = logits.gather(-1, targets[..., None])[..., 0]
    losses = -(0.9 * right + 0.1 * logits.mean(-1))[targets != PAD]
    assert smooth.backward(batch, batch.pieces).item() == pytest.approx(losses.mean().item(), rel=1e-3)


def test_early_batches_are_of_another_size(shards: Path, vocabulary: Vocabulary) -> None:
    limits = {"tokens": 1200, "seed": 3, "max_length": 200}
    data = Batches([shards], vocabulary, **limits, early_tokens=400, early_rounds=1)
    always = Batches([shards], vocabulary, **limits)
    assert len(data.round(0)[1]) > 2 * len(always.round(0)[1])
    assert data.round(1)[1] == always.round(1)[1]


def test_operations_are_six_a_weight_and_position() -> None:
    config = ModelConfig(vocabulary=100)
    matrices = sum(p.numel() for n, p in Transformer(config).named_parameters() if "norm" not in n)
    weights, attention = training_operations(config, [7, 7], [7, 7])
    # With equal lengths every matrix but the embedding is applied 14 times.
    assert weights == 6 * 14 * (matrices - 100 * config.width)
    assert attention == 3 * 4 * config.width * 2 * 49 * (4 + 2 * 4)


def test_muon_multiplies_as_often_as_torch_counts() -> None:
    matrices = [torch.nn.Parameter(torch.randn(shape)) for shape in ((64, 64), (192, 64), (64, 256))]
    muon = torch.optim.Muon(matrices)
    for matrix in matrices:
        matrix.grad = torch.randn_like(matrix)
    with FlopCounterMode(display=False) as counted:
        muon.step()
    assert orthogonalisation_operations([tuple(m.shape) for m in matrices]) == counted.get_total_flops()


@pytest.mark.slow
def test_the_benchmark_names_every_part(shards: Path, capsys: pytest.CaptureFixture[str]) -> None:
    size = ["--width", "64", "--steps", "3", "--batch-tokens", "500"]
    limit = ["--data", str(shards), "--pieces", "140"]
    benchmark.main([*size, *limit])
    printed = capsys.readouterr().out
    for part in ("pairs/s", "padding", "Muon", "AdamW", "forward", "data", "rest"):
        assert f"| {part} " in printed


def test_the_mean_of_checkpoints(shards: Path, vocabulary: Vocabulary, tmp_path: Path) -> None:
    make_run(tmp_path / "one", vocabulary).save({})
    one = load_checkpoint(tmp_path / "one", dtype=torch.float32)
    opposite = {name: -3 * weight for name, weight in one.model.state_dict().items()}
    save_checkpoint(tmp_path / "two", opposite, one.model.config, vocabulary, {"hours": 2.0})
    write_mean(tmp_path / "mean", [tmp_path / "one", tmp_path / "two"])
    mean = load_checkpoint(tmp_path / "mean", dtype=torch.float32)
    for name, weight in mean.model.state_dict().items():
        torch.testing.assert_close(weight, -one.model.state_dict()[name], rtol=0.01, atol=0.01)
    assert mean.metrics["mean_of"]["two"] == {"hours": 2.0}
    other = Vocabulary.train([r.target for r in read_records(shards, "train")], 120)
    make_run(tmp_path / "other", other).save({})
    with pytest.raises(CheckpointError, match="another size or vocabulary"):
        write_mean(tmp_path / "mean", [tmp_path / "one", tmp_path / "other"])


def test_a_mean_takes_no_two_folders_of_one_name(tmp_path: Path) -> None:
    # Before anything is read: the metrics of one would be lost.
    with pytest.raises(CheckpointError, match="not all different: last, last"):
        write_mean(tmp_path / "mean", [tmp_path / "a" / "last", tmp_path / "b" / "last"])
