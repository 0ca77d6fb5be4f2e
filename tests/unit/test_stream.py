import io
import shlex
import sys
from itertools import islice
from pathlib import Path

import pytest
import torch

from datagen.recipes import RECIPES
from datagen.stream import AHEAD_CHUNKS, draw_shards
from symmath.errors import ShardError
from symmath.expr.vocab import Vocabulary
from symmath.shards import Record, pack_shard
from symmath.stream import Stream, read_frame, write_frame
from symmath.train.batches import Batches, Position

RECORDS = [Record(["<integrate>", "cos", "x"], ["sin", "x"], "bwd")]
COMMAND = f"{shlex.quote(sys.executable)} -m datagen stream integrate-bwd --seed 1 --chunk 300 --workers 0"

# A generator of one pair a chunk that starts in no time.
FAST = """
import sys
from symmath.shards import Record, pack_shard
from symmath.stream import write_frame
first = int(sys.argv[sys.argv.index("--first") + 1])
for chunk in range(first, first + {chunks}):
    record = Record(["<integrate>", "+", *str(chunk)], ["x"], "bwd")
    write_frame(sys.stdout.buffer, pack_shard([record], {{"chunk": chunk + {shift}}}))
"""


def fast(chunks: int = 100, shift: int = 0) -> Stream:
    return Stream(shlex.join([sys.executable, "-c", FAST.format(chunks=chunks, shift=shift)]))


def numbers(stream: Stream, first: int, count: int) -> list[int]:
    return [int("".join(shard.record(0).source[2:])) for shard in stream.shards(first, count)]


def test_a_stream_goes_on_and_takes_up_any_position() -> None:
    stream = fast()
    try:
        assert numbers(stream, 0, 3) == [0, 1, 2]
        process = stream._process
        assert numbers(stream, 3, 2) == [3, 4]
        assert stream._process is process
        assert numbers(stream, 17, 2) == [17, 18]
        assert stream._process is not process
    finally:
        stream.close()


@pytest.mark.parametrize(
    ("stream", "message"),
    [
        (fast(chunks=2), "chunk 2 .*status 0"),
        (fast(shift=1), "ignores --first"),
        (Stream("no-such-command"), "can't be started"),
        (
            Stream(shlex.join([sys.executable, "-c", "print('not a frame')"])),
            "doesn't write frames",
        ),
    ],
)
def test_a_broken_stream_is_an_error_that_names_the_command(stream: Stream, message: str) -> None:
    try:
        with pytest.raises(ShardError, match=message) as caught:
            numbers(stream, 0, 3)
        assert repr(stream.command) in str(caught.value)
    finally:
        stream.close()


def test_frames() -> None:
    data = pack_shard(RECORDS, {})
    file = io.BytesIO()
    write_frame(file, data)
    whole = file.getvalue()
    read = read_frame(io.BytesIO(whole), "pipe")
    assert read is not None and read.record(0) == RECORDS[0]
    assert read_frame(io.BytesIO(b""), "pipe") is None
    for cut in (4, 12, len(whole) - 1):
        with pytest.raises(ShardError, match="pipe"):
            read_frame(io.BytesIO(whole[:cut]), "pipe")
    flipped = bytearray(whole)
    flipped[-1] ^= 1
    with pytest.raises(ShardError, match="checksum"):
        read_frame(io.BytesIO(bytes(flipped)), "pipe")


def test_streamed_chunks_are_the_files(shards: Path) -> None:
    drawn = islice(draw_shards(RECIPES["integrate-bwd"], seed=1, first=0, pairs=300, workers=0), 2)
    assert list(drawn) == [path.read_bytes() for path in sorted(shards.glob("train-*"))]
    two = draw_shards(RECIPES["integrate-bwd"], seed=1, first=1, pairs=300, workers=2)
    assert next(two) == (shards / "train-000001.safetensors").read_bytes()
    two.close()
    assert AHEAD_CHUNKS >= 8


def test_training_resumes_a_stream_where_it_was(vocabulary: Vocabulary) -> None:
    def batches(stream: Stream) -> Batches:
        return Batches([], vocabulary, tokens=20_000, seed=3, max_length=200, streams=[stream])

    first, second = Stream(COMMAND), Stream(COMMAND)
    try:
        stream = batches(first).iterate(Position())
        while True:
            position, _ = next(stream)
            if position.round == 1:
                break
        resumed = batches(second).iterate(position)
        for _ in range(4):
            (a, left), (b, right) = next(stream), next(resumed)
            assert a == b
            assert torch.equal(left.source_BS, right.source_BS)
            assert torch.equal(left.target_BT, right.target_BT)
    finally:
        first.close()
        second.close()
