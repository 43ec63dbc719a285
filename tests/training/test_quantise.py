"""Products in 8 bits by rows, on a network of one product."""

from __future__ import annotations

import numpy as np
import pytest

pytestmark = pytest.mark.train


def test_rows_are_rounded_each_by_itself(tmp_path):
    onnx = pytest.importorskip("onnx")
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper
    from training.quantise import quantise_rows

    rng = np.random.default_rng(1)
    weight = rng.normal(size=(64, 32)).astype(np.float32)
    node = helper.make_node("MatMul", ["x", "w"], ["y"], name="product")
    shape = [helper.make_tensor_value_info(n, TensorProto.FLOAT, ["a", "b", k]) for n, k in (("x", 64), ("y", 32))]
    graph = helper.make_graph([node], "g", shape[:1], shape[1:], [numpy_helper.from_array(weight, "w")])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)]), tmp_path / "full.onnx")
    assert quantise_rows(tmp_path / "full.onnx", tmp_path / "whole.onnx") == 1

    session = onnxruntime.InferenceSession(str(tmp_path / "whole.onnx"), providers=["CPUExecutionProvider"])
    quiet = rng.normal(size=(2, 3, 64)).astype(np.float32)
    loud = np.concatenate([quiet, 1000 * quiet])
    alone, beside = session.run(None, {"x": quiet})[0], session.run(None, {"x": loud})[0]
    assert np.array_equal(alone, beside[:2])
    assert np.abs(alone - quiet @ weight).max() < 0.02 * np.abs(quiet @ weight).max()
