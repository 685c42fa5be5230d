"""build_assistant and build_chat: the only place that picks concrete classes."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from assistant.answering.calibration import calibrated_threshold
from assistant.answering.extractive import ExtractiveAnswerer
from assistant.answering.generative import GenerativeWriter
from assistant.answering.reranking import RerankingReader
from assistant.answering.similarity import SimilarityReader
from assistant.catalog import Catalog
from assistant.chat import Chat
from assistant.chunking import Chunker
from assistant.conversation import ModelRewriter
from assistant.index import KeptIndex
from assistant.ingestion import Ingestion, IngestReport, Progress
from assistant.intake import Intake, Proof, WebReader
from assistant.locking import FolderLock
from assistant.models.cross_encoder import CrossEncoderScorer
from assistant.models.embedding import Embedder, OnnxEmbedder
from assistant.models.entailment.runtime import EntailmentNetwork
from assistant.models.language import LangChainModel
from assistant.models.pace import Pace, PacedEmbedder
from assistant.models.prepare import prepare
from assistant.models.reader.runtime import READER_FOLDER, ReaderNetwork
from assistant.models.reading import Reader
from assistant.models.writing import LanguageModel, Limits
from assistant.pipeline import RANKED, Assistant
from assistant.prompts import load_prompts
from assistant.retrieval import HybridRetriever
from assistant.settings import Settings
from assistant.sources.fetch import Fetcher
from assistant.sources.sandbox import Sandbox
from assistant.spelling import Speller
from assistant.verification.support import Support
from assistant.verification.verifier import Verifier

Notify = Callable[[str], None]

# Questions that a language model answers mostly wait for it, not for the processor.
_WRITTEN_AT_ONCE = 16
# Passages that are compared in a second or so, and how many between two lines about it.
_WORTH_TELLING, _TOLD_EVERY = 2_000, 10_000


def _silent(line: str) -> None:
    """Say nothing."""


def build_assistant(
    settings: Settings,
    *,
    address: str | None = None,
    embedder: Embedder | None = None,
    model: LanguageModel | None = None,
    fetcher: Fetcher | None = None,
    notify: Notify = _silent,
    progress: Progress | None = None,
    fill: bool = True,
    brief: bool = False,
) -> Assistant:
    """Return an assistant that owns the data folder `settings.home` until it is closed.

    `address` is where a server can be reached, told to those who find the folder in use. `notify` gets a line of text
    for each step that takes seconds; `progress` follows the first ingestion. While the catalog is empty the corpus
    folder is ingested, unless `fill` is off. `brief` is for a process that asks a question or two and ends: the index
    is not opened, the catalog's vectors are searched instead. `embedder` and `model` stand in for those of the
    settings, and `fetcher` for the one that asks the public internet.

    Raises BusyError, ModelError, ModelMismatchError or StorageError, and SettingsError for a language model that cannot
    be had.
    """
    with ExitStack() as stack:
        model = model or load_language_model(settings)
        if model is not None:
            stack.callback(model.close)
        prompts = load_prompts(settings.prompts) if model is not None else None
        lock = FolderLock(settings.home, address)
        stack.callback(lock.release)
        encoder = embedder or load_embedder(settings, notify)
        catalog = Catalog(settings.home / "catalog.sqlite")
        stack.callback(catalog.close)
        catalog.claim_model(encoder.identity)
        # For what keeps the catalog, and for what reads the passages that a view of it gave.
        whole = catalog.whole
        _compare(whole, notify)
        index = None if brief else KeptIndex(settings.home / "index", encoder.identity, whole, notify)
        if index is not None:
            stack.callback(index.close)
        chunker = Chunker(encoder.count_tokens, limit=min(encoder.max_tokens, 256))
        pace = Pace()
        ingestion = Ingestion(whole, index, PacedEmbedder(encoder, pace), chunker)
        sandbox = Sandbox()
        web = WebReader(fetcher or Fetcher(), sandbox, catalog.pages)
        intake = Intake(ingestion, web, sandbox, catalog.pages, Proof(settings.home) if address else None)
        stack.callback(intake.close)
        stack.callback(pace.stop)  # first: what is being embedded may take minutes
        retriever = HybridRetriever(catalog, index, encoder)
        reader = _open_reader(settings, catalog, encoder, notify)
        threshold = settings.threshold
        if threshold is None:
            threshold = calibrated_threshold(settings.home, reader.name)
        answerer = ExtractiveAnswerer(reader, whole.article, threshold=threshold, passages=settings.passages)
        ranked = max(RANKED, settings.passages)
        correct = Speller(catalog, encoder).correct
        writer = rewriter = None
        if model is not None and prompts is not None:
            verifier = Verifier(Support(EntailmentNetwork(threads=settings.threads)))
            writer = GenerativeWriter(model, prompts.answer, verifier, whole.article, passages=settings.passages)
            rewriter = ModelRewriter(model, prompts.rewrite)
        assistant = Assistant(
            catalog,
            retriever,
            answerer,
            ingestion,
            writer=writer,
            rewriter=rewriter,
            ranked=ranked,
            correct=correct,
            views=lambda seen: (retriever.over(seen), Speller(seen, encoder).correct),
            intake=intake,
            pace=pace,
            close=stack.pop_all().close,
        )
    try:
        if fill and not catalog.passage_count():
            _fill(assistant, settings.corpus, notify, progress)
    except BaseException:
        assistant.close()
        raise
    return assistant


def build_chat(assistant: Assistant) -> Chat:
    """Return the conversations over `assistant`, kept in its data folder; close them before it."""
    if assistant.writes:
        return Chat(assistant, assistant.conversations, at_once=_WRITTEN_AT_ONCE)
    return Chat(assistant, assistant.conversations)


def load_language_model(settings: Settings) -> LanguageModel | None:
    """Return the language model of the settings, None where none is set. Raises SettingsError."""
    if settings.llm is None:
        return None
    limits = Limits(
        connect=settings.llm_connect_timeout, first_token=settings.llm_first_token_timeout, whole=settings.llm_timeout
    )
    return LangChainModel(
        settings.llm,
        base_url=settings.llm_base_url,
        api_key=settings.llm_api_key,
        format=settings.llm_format,
        limits=limits,
    )


def load_embedder(settings: Settings, notify: Notify = _silent) -> OnnxEmbedder:
    """Return the embedding model of the settings, prepared on first use. Raises ModelError."""
    folder = prepare(
        settings.embedding_model,
        settings.model_cache,
        lambda: notify(f"Preparing the embedding model {settings.embedding_model} (once; some seconds) ..."),
    )
    return OnnxEmbedder(folder, settings.threads)


def _open_reader(settings: Settings, catalog: Catalog, model: Embedder, notify: Notify) -> Reader:
    network = ReaderNetwork(READER_FOLDER, settings.threads) if settings.reader == "bundled" else None
    reader = SimilarityReader(catalog, model, network=network)
    if settings.cross_encoder is None:
        return reader
    notify(f"Loading the cross-encoder {settings.cross_encoder} (some seconds; longer where it is downloaded) ...")
    return RerankingReader(reader, CrossEncoderScorer(settings.cross_encoder, settings.threads))


def _compare(catalog: Catalog, notify: Notify) -> None:
    """Give the passages of a former release their clusters, once."""

    def told(done: int, total: int) -> None:
        if not done:
            notify(f"Comparing the {total:,} passages of a former release with one another (once) ...")

    catalog.compare_passages(told)


def _fill(assistant: Assistant, corpus: Path, notify: Notify, progress: Progress | None) -> IngestReport | None:
    if not str(corpus) or str(corpus) == "." or not corpus.is_dir():
        return None
    notify(f"The catalog is empty: reading the articles in {corpus} ...")
    return assistant.ingest([corpus], progress)
