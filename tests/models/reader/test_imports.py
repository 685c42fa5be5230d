import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
CODE = """
import sys
{imports}
print([name for name in ("torch", "onnxruntime", "transformers") if name in sys.modules])
"""
DATA = "from assistant.models.reader import groups, batches, validation, noise, synthesis, bm25, inputs"


def loaded(imports: str) -> str:
    command = [sys.executable, "-c", CODE.format(imports=imports)]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout.strip()


def test_neither_the_package_nor_the_data_imports_torch_or_onnxruntime() -> None:
    assert loaded("import assistant.models.reader") == "[]"
    assert loaded(DATA) == "[]"
    assert "torch" in loaded("from assistant.models.reader import network")
