"""The graph that is shipped, against the network that was trained."""

from __future__ import annotations

import numpy as np
import pytest

from detente.encoder.marking import mark

pytestmark = pytest.mark.train


@pytest.fixture(scope="module")
def network():
    torch = pytest.importorskip("torch")
    from training.model import RelationModel, load_tokenizer

    torch.manual_seed(3)
    tokenizer = load_tokenizer()
    model = RelationModel(tokenizer.get_vocab_size() - 4, 0.0, 0.0, toy=True).eval()
    texts = [
        mark("Ghana expelled the envoy of Togo.", (0, 5), (28, 32)),
        mark("Peru has thanked Chile, whose engineers mended the bridge after the flood.", (17, 22), (0, 4)),
    ]
    encodings = tokenizer.encode_batch(texts)
    width = max(len(encoding.ids) for encoding in encodings)
    ids = np.zeros((2, width), np.int64)
    for row, encoding in enumerate(encodings):
        ids[row, : len(encoding.ids)] = encoding.ids
    mask = (ids != 0).astype(np.int64)
    with torch.no_grad():
        types, modality = model(torch.tensor(ids), torch.tensor(mask))
    weights = {name: value.numpy() for name, value in model.state_dict().items()}
    return weights, {"ids": ids, "mask": mask}, types.numpy(), modality.numpy()


def session(weights, path, is_whole):
    onnxruntime = pytest.importorskip("onnxruntime")
    from training.graph import write_graph

    write_graph(weights, path, heads=12, max_tokens=160, is_whole=is_whole)
    return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])


@pytest.mark.parametrize(("is_whole", "slack"), [(False, 0.01), (True, 0.03)])
def test_the_graph_says_what_the_network_says(network, tmp_path, is_whole, slack):
    weights, inputs, types, modality = network
    found = session(weights, tmp_path / "model.onnx", is_whole).run(["types", "modality"], inputs)
    assert np.abs(found[0] - types).max() < slack
    assert np.abs(found[1] - modality).max() < slack
    assert np.abs(types[0] - types[1]).max() > 2 * slack


def test_a_pair_gets_the_same_figures_in_any_batch(network, tmp_path):
    weights, inputs, *_ = network
    whole = session(weights, tmp_path / "model.onnx", True)
    together = whole.run(["types"], inputs)[0]
    loud = {name: np.concatenate([values, values[::-1], values]) for name, values in inputs.items()}
    assert np.array_equal(whole.run(["types"], loud)[0][:2], together)
