"""Pages, feeds and sitemaps, and what became of them."""

from assistant.ingestion import IngestReport

HTML = {"Content-Type": "text/html"}
XML = {"Content-Type": "application/xml"}


def page(words: str, head: str = "") -> bytes:
    return f"<html><head>{head}</head><body><article><p>{words} {'More words of it follow here. ' * 6}".encode()


def rss(*entries: tuple[str, str]) -> bytes:
    items = "".join(
        f"<item><title>On {at}</title><link>{at}</link><pubDate>{day}</pubDate></item>" for at, day in entries
    )
    return f"<rss version='2.0'><channel><title>News</title>{items}</channel></rss>".encode()


def sitemap(*entries: tuple[str, str], element: str = "urlset") -> bytes:
    inner = "url" if element == "urlset" else "sitemap"
    items = "".join(f"<{inner}><loc>{at}</loc><lastmod>{day}</lastmod></{inner}>" for at, day in entries)
    return f"<{element} xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{items}</{element}>".encode()


def outcomes(report: IngestReport) -> dict[str, int]:
    names = ("added", "updated", "unchanged", "removed", "failed")
    return {name: len(getattr(report, name)) for name in names if getattr(report, name)}
