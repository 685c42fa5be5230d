/**
 * Which statements of an answer are items of an article's list, with what mark, and how deep.
 */

import { CodePoints, folded } from "./text.js";

// What an item brings as its mark: a number or a letter with a stop or bracket, or a bullet.
const MARK = /^(\(?(?:\d{1,3}|[A-Za-z]|[ivxlc]{2,5})[.)]|[-–•*·])\s+(?=\S)/u;
const BULLETS = "-–•*·";
const ENDED = /[.!?…:][\])"'”’]*$/u;

export class Outline {
  #passages;
  #styles = [];
  #last = null;

  /** @param {Object[]} passages those that the statements are quoted from, which tell items from other text */
  constructor(passages) {
    this.#passages = passages;
  }

  /**
   * The place of the next statement.
   * @param {{text: string}} statement
   * @param {Object|undefined} citation the first that it rests on
   * @returns {{mark: string, depth: number, goesOn: boolean}|null} null where it is no item; `mark` is the item's own,
   *   empty where it has none; `goesOn` where it is a further sentence of the item before
   */
  place({ text }, citation) {
    const verbatim = citation && folded(citation.quote) === folded(text);
    const within = verbatim && this.#within(citation);
    // Of a quote from a passage that is not known its end tells: an item mostly has none.
    const item = within ? within.kind === "list_item" : verbatim && !ENDED.test(text);
    const between = item && within ? this.#between(within.passage, citation) : null;
    this.#last = item ? citation : null;
    if (!item || between === null) this.#styles = [];
    if (!item) return null;
    if (between !== null && !between.includes("\n"))
      return { mark: "", depth: this.#styles.length - 1, goesOn: true };
    const mark = MARK.exec(text)?.[1] ?? "";
    return { mark: BULLETS.includes(mark) ? "" : mark, depth: this.#depth(mark), goesOn: false };
  }

  /** Marks of another kind than those above are of a list within the item above. */
  #depth(mark) {
    const style = (mark || "-").replace(/\d+/u, "1").replace(/[a-z]+/u, "a").replace(/[A-Z]/u, "A");
    const at = this.#styles.indexOf(style);
    if (at < 0) this.#styles.push(style);
    else this.#styles.length = at + 1;
    return this.#styles.length - 1;
  }

  /** The passage and the kind of text that a citation stands in, null where that is not known. */
  #within({ article_id: article, sha256, start }) {
    for (const passage of this.#passages) {
      if (passage.article_id !== article || passage.sha256 !== sha256) continue;
      const sentence = passage.sentences.find((one) => one.start <= start && start < one.end);
      if (sentence) return { passage, kind: sentence.kind };
    }
    return null;
  }

  /** The white space between the last item and this one, null where more, or another text, stands there. */
  #between(passage, { article_id: article, sha256, start }) {
    const last = this.#last;
    if (!last || last.article_id !== article || last.sha256 !== sha256) return null;
    if (last.end < passage.start || last.end > start) return null;
    const between = new CodePoints(passage.text).slice(last.end - passage.start, start - passage.start);
    return [...between].every((one) => BULLETS.includes(one) || !one.trim()) ? between : null;
  }
}
