"""What the OpenAPI document says holds: requests made from it by schemathesis, right and wrong ones.

`python -m bench.schema` makes many more of them, of a server in a process of its own.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import BaseSchema, Case, GenerationMode
from schemathesis.checks import positive_data_acceptance
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok

from assistant.api import create_app
from assistant.factory import build_assistant, build_chat
from assistant.models.fake import HashingEmbedder
from assistant.settings import load_settings

# With 413, as the document has it: a text may be longer than a whole body.
REFUSED = [400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 428, 429]
# Requests of each operation; wrong ones take long to make.
_FEW = {GenerationMode.POSITIVE: 2, GenerationMode.NEGATIVE: 1}
# What a schema cannot say may be wrong with a request that it allows: a question without a word, dates out of order.
_UNSAID = [positive_data_acceptance]


@pytest.fixture(scope="module")
def contract(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BaseSchema]:
    """The document of an application over an assistant of its own, whose articles may be removed."""
    options = load_settings(home=tmp_path_factory.mktemp("home"), corpus=corpus, threshold=0.0)
    with build_assistant(options, embedder=HashingEmbedder()) as assistant, build_chat(assistant) as chat:
        config = SchemathesisConfig.from_dict({"checks": {"negative_data_rejection": {"expected-statuses": REFUSED}}})
        yield schemathesis.openapi.from_asgi("/openapi.json", create_app(chat), config=config)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_every_response_is_one_that_the_document_describes(contract: BaseSchema, mode: GenerationMode) -> None:
    tried, failures = Counter[str](), []
    for operation in (one.ok() for one in contract.get_all_operations() if isinstance(one, Ok)):

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(
            max_examples=_FEW[mode], database=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck)
        )
        def check(case: Case[Any]) -> None:
            tried[case.operation.label] += 1
            case.call_and_validate(excluded_checks=_UNSAID)

        try:
            check()
        except Unsatisfiable:
            continue  # nothing can be wrong with a request that takes nothing
        except FailureGroup as group:
            failures.append(f"{operation.label}: {group.exceptions}")
    assert failures == []
    assert len(tried) > 10
