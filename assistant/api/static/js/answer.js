/**
 * The body of an answer: statements as they come, then what stands around them once it is whole.
 */

import { authorship, contestedNote, unnamed } from "./authorship.js";
import { card } from "./card.js";
import { confidence } from "./confidence.js";
import { el, fill, icon, outwards } from "./dom.js";
import { figures } from "./figures.js";
import { Outline } from "./outline.js";
import { byline, cells, CodePoints, copies, folded } from "./text.js";

const LONGEST_TOGETHER = 16;

/**
 * @typedef {{
 *   openCitation: (answer: Object, marker: number, opener: HTMLElement, figure?: string) => void,
 *   openPassage: (hit: Object, opener: HTMLElement) => void,
 *   settle: (partial: Object, answer: Object) => void,
 *   replay: (id: string) => Promise<Object>,
 * }} AnswerActions `settle` hears that an answer of which a citation was opened before it was whole now is
 */

export class AnswerView {
  #actions;
  #citations = new Map();
  #answer = null;
  #partial = { id: "", citations: [] };
  #statements = el("div", { class: "statements" });
  #shown = [];
  #outline = new Outline([]);
  #short = el("p", { class: "short", hidden: true });
  #where = el("p", { class: "short-where", hidden: true });
  #after = el("div", { class: "after" });

  /** @param {AnswerActions} actions */
  constructor(actions) {
    this.#actions = actions;
    this.element = el("div", { class: "answer" }, this.#short, this.#where, this.#statements, this.#after);
  }

  /** The citations that are known by now, in their order. */
  get citations() {
    return [...this.#citations.values()];
  }

  /**
   * Take in what statements may be quoted from, before any of them comes.
   * @param {Object[]} passages
   */
  expect(passages) {
    this.#outline = new Outline(passages);
  }

  /**
   * Add a statement that has been verified.
   * @param {{text: string, markers: number[]}} statement
   * @param {Object[]} citations those not seen before
   */
  state(statement, citations) {
    for (const one of citations) this.#citations.set(one.marker, one);
    this.#shown.push(this.#keyOf(statement));
    const cited = statement.markers.map((marker) => this.#citations.get(marker)).filter(Boolean);
    const [first] = cited;
    // A sentence that rests on a row of a table is not shown as that row.
    const verbatim = first && folded(first.quote) === folded(statement.text);
    const row = verbatim && first.columns.length ? cells(first.quote) : [];
    const place = this.#outline.place(statement, first);
    if (row.length && row.length === first.columns.length) this.#addRow(first, row, cited);
    else this.#statements.append(this.#sentence(statement, cited, place));
    if (!verbatim && !this.#answer && !this.#after.hasChildNodes()) this.#after.append(unnamed());
  }

  /**
   * Show the whole answer. It is what counts: statements that it does not hold give way to those that it does.
   * @param {Object} answer
   * @returns {boolean} whether statements that were shown before are gone
   */
  finish(answer) {
    const { activeElement: focused } = document;
    const former = this.#markers.indexOf(focused);
    const within = this.#statements.contains(focused);
    this.#answer = answer;
    const replaced = this.#correct(answer);
    if (answer.status === "abstained") {
      this.#statements.remove();
      this.element.classList.add("abstained");
    }
    this.#finishShort(answer);
    fill(
      this.#after,
      answer.status === "abstained" ? null : authorship(answer),
      contestedNote(answer),
      answer.citations.length ? this.#sources(answer) : null,
      confidence(answer, this.#actions.replay),
    );
    // What had the focus is gone: it goes to what stands in its place.
    if (within && !focused.isConnected) {
      const next = this.#markers[Math.min(former, this.#markers.length - 1)] ?? this.element.closest(".turn");
      next?.focus({ preventScroll: true });
    }
    this.#actions.settle(this.#partial, answer);
    return replaced;
  }

  /** Put `elements` behind the statements, before sources: used for an abstention. */
  explain(...elements) {
    this.#after.prepend(...elements);
  }

  /** The markers of the statements that are shown. */
  get #markers() {
    return [...this.element.querySelectorAll(".statements .marker")];
  }

  /** Show the statements of `answer` in place of those that differ from it; whether there were any. */
  #correct(answer) {
    this.#citations = new Map(answer.citations.map((one) => [one.marker, one]));
    const keys = answer.statements.map((one) => this.#keyOf(one));
    const differing = this.#shown.findIndex((key, at) => key !== keys[at]);
    const kept = differing < 0 ? this.#shown.length : differing;
    if (differing >= 0) card.hide();
    for (const one of [...this.#statements.querySelectorAll(".statement")].slice(kept)) {
      const table = one.closest(".table");
      one.remove();
      if (table && !table.querySelector(".statement")) table.remove();
    }
    this.#shown.length = kept;
    this.#outline = new Outline(answer.passages);
    for (const one of answer.statements.slice(0, kept)) this.#outline.place(one, this.#citations.get(one.markers[0]));
    for (const one of answer.statements.slice(kept)) this.state(one, []);
    return differing >= 0;
  }

  /** What makes two statements the same: their words and the places that they rest on. */
  #keyOf({ text, markers }) {
    const places = markers.map((marker) => {
      const { article_id, sha256, start, end } = this.#citations.get(marker) ?? {};
      return [marker, article_id, sha256, start, end];
    });
    return JSON.stringify([text, places]);
  }

  #finishShort(answer) {
    const short = answer.short_answer;
    const citation = short && this.#citations.get(short.marker);
    if (!citation) return;
    // One statement that is the short answer already needs no second time.
    if (answer.statements.length === 1 && folded(answer.statements[0].text) === folded(short.text)) return;
    const size = short.text.length > 90 ? " longest" : short.text.length > 44 ? " longer" : "";
    this.#short.className = `short${size}`;
    fill(
      this.#short,
      el("span", { class: "hidden" }, "Short answer: "),
      el("span", { class: "short-text" }, short.text),
      this.#marker(citation),
    );
    this.#short.hidden = false;
    const place = placeInTable(citation);
    this.#where.hidden = !place;
    fill(this.#where, place);
  }

  #sentence({ text }, cited, place) {
    const mark = place?.mark ?? "";
    const kind = place && (mark || place.goesOn ? "statement entry unmarked" : "statement entry");
    return el(
      "p",
      { class: kind ?? "statement", "data-depth": place ? Math.min(place.depth, 3) : null },
      mark ? [el("span", { class: "item-mark" }, mark), " "] : null,
      this.#ended(
        this.#tied(text.slice(mark.length).trimStart(), cited),
        cited.map((one) => this.#marker(one)),
      ),
    );
  }

  /** A text and its markers, of which none stands at the beginning of a line, away from its text. */
  #ended(text, markers) {
    const last = text.at(-1);
    const space = typeof last === "string" ? last.lastIndexOf(" ") + 1 : 0;
    // Of a word that may be wider than the screen, such as an address, only the end stays with them.
    const from = space && Math.max(space, last.length - LONGEST_TOGETHER);
    const word = from ? last.slice(from) : "";
    const before = from ? [...text.slice(0, -1), last.slice(0, from)] : text;
    return [el("span", { class: "statement-text" }, before, el("span", { class: "together" }, word, markers))];
  }

  #addRow(citation, row, cited) {
    const columns = citation.columns.join("\n");
    let table = this.#statements.lastElementChild;
    if (table?.dataset.columns !== columns) {
      table = el(
        "div",
        { class: "table", "data-columns": columns, role: "region", tabindex: "0", "aria-label": "Rows of a table" },
        el(
          "table",
          {},
          el(
            "thead",
            {},
            el(
              "tr",
              {},
              ...citation.columns.map((head) => el("th", { scope: "col" }, head)),
              el("th", { scope: "col" }, el("span", { class: "hidden" }, "Source")),
            ),
          ),
          el("tbody"),
        ),
      );
      this.#statements.append(table);
    }
    table
      .querySelector("tbody")
      .append(
        el(
          "tr",
          { class: "statement" },
          ...row.map((cell) => el("td", {}, this.#tied(cell, cited))),
          el("td", {}, ...cited.map((one) => this.#marker(one))),
        ),
      );
  }

  /** `text` with its short answer marked, and each figure tied to the quote that holds it. */
  #tied(text, cited) {
    const key = cited.map((one) => keyOf(one)).find((one) => one && text.includes(one));
    const from = key ? text.indexOf(key) : -1;
    const inside = (at) => from >= 0 && at >= from && at < from + key.length;
    const found = figures(text);
    const edges = new Set([0, text.length, ...(key ? [from, from + key.length] : [])]);
    for (const one of found) edges.add(one.start).add(one.end);
    const sorted = [...edges].sort((a, b) => a - b);
    const parts = [];
    let tied = null;
    for (const [index, end] of sorted.slice(1).entries()) {
      const start = sorted[index];
      const piece = text.slice(start, end);
      const content = inside(start) ? el("strong", { class: "key" }, piece) : piece;
      const figure = found.find((one) => one.start <= start && one.end >= end);
      const source = figure && cited.find((one) => folded(one.quote).includes(folded(figure.text)));
      // A figure is one thing, although the short answer may end within it.
      if (source && tied?.figure === figure) tied.content.push(content);
      else parts.push((tied = source ? { figure, source, content: [content] } : null) ?? content);
    }
    return parts.map((one) => (one.figure ? this.#figure(one.content, one.figure.text, one.source) : one));
  }

  #figure(content, figure, citation) {
    const open = (event) => {
      // A drag over it selects text, as over any other word.
      if (getSelection().isCollapsed) this.#open(citation.marker, event.currentTarget, figure);
    };
    const span = el("span", { class: "figure", "data-marker": citation.marker, on: { click: open } }, content);
    card.attach(span, () => citation, figure);
    return span;
  }

  #marker(citation) {
    const label = `Source ${citation.marker}: ${citation.title}`;
    const marker = el(
      "button",
      {
        type: "button",
        class: "marker",
        "aria-label": label,
        "data-marker": citation.marker,
        on: { click: () => this.#open(citation.marker, marker) },
      },
      String(citation.marker),
    );
    card.attach(marker, () => citation);
    return marker;
  }

  #open(marker, opener, figure) {
    card.hide();
    if (!this.#answer) this.#partial.citations = this.citations;
    const known = this.#answer ?? this.#partial;
    this.#actions.openCitation(known, marker, opener.matches("button") ? opener : this.#near(opener), figure);
  }

  /** The marker that stands for a figure, which itself cannot have the focus. */
  #near(figure) {
    return figure.closest(".statement")?.querySelector(".marker") ?? figure;
  }

  #sources(answer) {
    const articles = new Map();
    for (const one of answer.citations) {
      articles.set(one.article_id, [...(articles.get(one.article_id) ?? []), one]);
    }
    return el(
      "div",
      { class: "sources" },
      el("h3", {}, articles.size === 1 ? "Source" : "Sources"),
      el(
        "ul",
        {},
        ...[...articles.values()].map((cited) =>
          el(
            "li",
            {},
            el("span", { class: "source-markers" }, ...cited.map((one) => this.#marker(one))),
            el(
              "span",
              { class: "source-what" },
              el(
                "button",
                {
                  type: "button",
                  class: "source-title",
                  on: { click: (event) => this.#open(cited[0].marker, event.currentTarget) },
                },
                cited[0].title,
              ),
              el(
                "span",
                { class: "source-by" },
                [byline(cited[0]) || "No publisher or date given", copies(cited[0])].filter(Boolean).join(" · "),
              ),
            ),
            cited[0].link
              ? el(
                  "span",
                  { class: "source-out" },
                  outwards(
                    cited[0].link,
                    icon("out"),
                    el("span", { class: "hidden" }, `Open at the source: ${cited[0].title}`),
                  ),
                )
              : null,
          ),
        ),
      ),
    );
  }
}

function keyOf({ quote, highlight, start }) {
  return highlight ? folded([...quote].slice(highlight.start - start, highlight.end - start).join("")) : "";
}

/** Which row and column of a table a short answer stands in, empty where it stands in none. */
function placeInTable({ quote, columns, highlight, start }) {
  const row = cells(quote);
  if (!highlight || row.length !== columns.length) return "";
  const points = new CodePoints(quote);
  const column = cells(quote.slice(0, points.at(highlight.start - start))).length - 1;
  return [column > 0 && row[0], columns[column]].filter(Boolean).join(" · ");
}
