/**
 * An article as it is read: its text in headings, lists and tables, with marks at exact offsets.
 *
 * Every character of the text stands in the document once, in order, so that what is marked is exactly what was quoted.
 */

import { el } from "./dom.js";
import { CodePoints } from "./text.js";

/**
 * A span to mark, in code points. `kind` becomes the mark's class; `marker` the number of its citation.
 * @typedef {{start: number, end: number, kind: string, marker?: number}} Range
 */

/**
 * Write an article into `parent`.
 * @param {HTMLElement} parent
 * @param {{text: string, blocks: Object[]}} article
 * @param {Range[]} ranges may overlap
 */
export function writeArticle(parent, article, ranges) {
  const points = new CodePoints(article.text);
  const marks = ranges.map((range) => ({ ...range, start: points.at(range.start), end: points.at(range.end) }));
  const writer = new Writer(article.text, marks);
  const blocks = article.blocks.map((block) => ({
    ...block,
    start: points.at(block.start),
    end: points.at(block.end),
  }));
  if (!blocks.length) {
    const whole = el("div", { class: "as-given" });
    writer.write(whole, 0, article.text.length);
    parent.append(whole);
    return;
  }
  const builder = new Builder(parent);
  blocks.forEach((block, index) => {
    const place = builder.place(block, blocks[index + 1], article.text);
    // What stands between two blocks is white space; it stays with the former, so that a quote across both is whole.
    const after = blocks[index + 1]?.start ?? article.text.length;
    if (block.kind === "table_row") writeRow(writer, place, article.text, block, after);
    else writer.write(place, index ? block.start : 0, after);
  });
}

/** Writes pieces of a text with its marks. */
class Writer {
  constructor(text, marks) {
    this.text = text;
    this.marks = marks;
    this.edges = [...new Set(marks.flatMap((mark) => [mark.start, mark.end]))].sort((a, b) => a - b);
  }

  write(parent, start, end) {
    let at = start;
    for (const edge of [...this.edges.filter((one) => one > start && one < end), end]) {
      const piece = this.text.slice(at, edge);
      const over = this.marks.filter((mark) => mark.start <= at && mark.end >= edge);
      if (piece && over.length) {
        const kinds = [...new Set(over.map((mark) => mark.kind))];
        const marker = over.find((mark) => mark.marker !== undefined)?.marker;
        parent.append(el("mark", { class: `quote ${kinds.join(" ")}`, "data-marker": marker }, piece));
      } else if (piece) {
        parent.append(piece);
      }
      at = edge;
    }
  }
}

/** Puts blocks into elements: items into lists, rows into tables. */
class Builder {
  #lists = [];
  #table = null;

  constructor(root) {
    this.root = root;
  }

  place(block, next, text) {
    if (block.kind !== "list_item") this.#lists = [];
    if (block.kind !== "table_row") this.#table = null;
    if (block.kind === "heading") return this.#add(el(`h${Math.min(Math.max(block.level, 1) + 2, 6)}`));
    if (block.kind === "list_item") return this.#item(block, text);
    if (block.kind === "table_row") return this.#row(block, next, text);
    return this.#add(el("p"));
  }

  #add(element) {
    this.root.append(element);
    return element;
  }

  #item(block, text) {
    const level = Math.max(block.level, 1);
    this.#lists.length = Math.min(this.#lists.length, level);
    while (this.#lists.length < level) {
      const list = el("ul", {});
      const above = this.#lists.at(-1);
      if (above && !above.lastElementChild) above.append(el("li", { class: "empty" }));
      (above?.lastElementChild ?? this.root).append(list);
      this.#lists.push(list);
    }
    const numbered = /^(?:\(?\d{1,3}[.)]|\(?[a-z]{1,4}\)|[•–-] )/iu.test(text.slice(block.start, block.end));
    const item = el("li", { class: numbered ? "numbered" : null });
    this.#lists.at(-1).append(item);
    const line = el("span", {});
    item.append(line);
    return line;
  }

  #row(block, next, text) {
    const heads = !block.columns.length && next?.kind === "table_row" && next.columns.length > 0;
    const same = heads && text.slice(block.start, block.end).trim() === next.columns.join(" | ").trim();
    const columns = JSON.stringify(same ? next.columns : block.columns);
    if (!this.#table || this.#table.columns !== columns) {
      const body = el("tbody");
      const table = el("table", {}, body);
      this.#add(el("div", { class: "table", role: "region", tabindex: "0", "aria-label": "Table" }, table));
      this.#table = { columns, table, body };
    }
    const row = el("tr");
    if (same) this.#table.table.prepend(el("thead", {}, row));
    else this.#table.body.append(row);
    return row;
  }
}

/** Write a row's cells; the bars between them stay in the text, unseen. */
function writeRow(writer, row, text, block, after) {
  const head = row.parentElement.tagName === "THEAD";
  const line = text.slice(block.start, block.end);
  let at = block.start;
  for (const bar of [...line.matchAll(/(?:^| )\|(?: |$)/gu), null]) {
    const cell = head ? el("th", { scope: "col" }) : el("td");
    const end = bar ? block.start + bar.index : block.end;
    writer.write(cell, at, end);
    at = bar ? end + bar[0].length : after;
    const unseen = el("span", { class: "bar-between", "aria-hidden": "true" });
    writer.write(unseen, end, at);
    if (unseen.childNodes.length) cell.append(unseen);
    row.append(cell);
  }
}
