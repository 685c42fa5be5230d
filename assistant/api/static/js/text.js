/**
 * Words, dates and offsets. The server counts in code points, JavaScript in UTF-16 units.
 */

const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
/** Code point offsets of one text, as offsets into the JavaScript string. */
export class CodePoints {
  #text;
  #wide = [];

  /** @param {string} text */
  constructor(text) {
    this.#text = text;
    let count = 0;
    for (let at = 0; at < text.length; at += 1, count += 1) {
      if (text.codePointAt(at) > 0xffff) {
        this.#wide.push(count);
        at += 1;
      }
    }
  }

  /**
   * @param {number} offset in code points
   * @returns {number} in UTF-16 units
   */
  at(offset) {
    let low = 0;
    let high = this.#wide.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#wide[middle] < offset) low = middle + 1;
      else high = middle;
    }
    return Math.min(offset + low, this.#text.length);
  }

  /** The text from code point `start` to `end`. */
  slice(start, end) {
    return this.#text.slice(this.at(start), this.at(end));
  }

  /** How many code points the first `units` UTF-16 units hold. */
  static count(text, units = text.length) {
    return [...text.slice(0, units)].length;
  }
}

/**
 * A date of an article as it is read: 2025-05-30 -> 30 May 2025.
 * @param {string|null} iso
 */
export function day(iso) {
  if (!iso) return "";
  const at = new Date(`${iso.slice(0, 10)}T00:00:00Z`);
  return Number.isNaN(at.getTime()) ? iso : DAY.format(at);
}

/** Publisher and date of a citation, hit or article, in one line. */
export function byline(one) {
  return [one.publisher, day(one.published)].filter(Boolean).join(" · ");
}

/** How many other articles hold a near-copy of what is quoted, empty where none does. */
export function copies({ copies: count }) {
  if (!count) return "";
  return count === 1 ? "near-copy in 1 other article" : `near-copies in ${counted(count, "other article")}`;
}

/** `count` and its noun: 1 article, 2 articles. */
export function counted(count, noun) {
  return `${count.toLocaleString("en-GB")} ${noun}${count === 1 ? "" : "s"}`;
}

/** `text` with each run of white space as one space, none around it. */
export function folded(text) {
  return text.split(/\s+/u).filter(Boolean).join(" ");
}

/**
 * A confidence in words; the number is for those who ask for it.
 * @param {{status: string, confidence: number, uncertain: boolean}} answer
 */
export function confidenceWord({ status, confidence, uncertain }) {
  if (status === "abstained") return "Nothing found that answers this";
  if (uncertain) return "Uncertain";
  if (confidence >= 0.9) return "Very likely answers this";
  return confidence >= 0.7 ? "Likely answers this" : "May answer this";
}

/** The cells of a table row, as it is written in an article. */
export function cells(row) {
  return row.split(/(?:^| )\|(?: |$)/u);
}

/** The column heads of a quoted table row on one line, empty where there are none. */
export function columnsLine({ columns }) {
  return columns.some((one) => one.trim()) ? `Columns: ${columns.map(folded).join(" | ")}` : "";
}
