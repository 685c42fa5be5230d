"""Models behind small protocols; the only users of torch and ONNX Runtime."""
