/**
 * The card with the quote that appears beside a citation's marker, on hover and on focus. There is one for the page.
 */

import { el, fill } from "./dom.js";
import { byline, CodePoints } from "./text.js";

const LEAVING = 180;
const GAP = 8;

class Card {
  #card = null;
  #owner = null;
  #timer = 0;

  /** @param {HTMLElement} element the page's card */
  start(element) {
    this.#card = element;
    element.addEventListener("pointerenter", () => clearTimeout(this.#timer));
    element.addEventListener("pointerleave", () => this.#leave());
    addEventListener("scroll", () => this.hide(), { capture: true, passive: true });
    addEventListener("resize", () => this.hide());
  }

  /** Whether it is seen. */
  get shown() {
    return this.#card !== null && !this.#card.hidden;
  }

  /**
   * Show the quote of a citation while `owner` has the pointer or the focus.
   * @param {HTMLElement} owner
   * @param {() => Object} citation gives the citation when it is needed
   * @param {string} [figure] a figure of the quote to point out
   */
  attach(owner, citation, figure) {
    const show = () => {
      clearTimeout(this.#timer);
      this.#show(owner, citation(), figure);
    };
    owner.addEventListener("pointerenter", (event) => event.pointerType !== "touch" && show());
    owner.addEventListener("pointerleave", () => this.#leave());
    owner.addEventListener("focus", () => owner.matches(":focus-visible") && show());
    owner.addEventListener("blur", () => this.hide());
  }

  hide() {
    clearTimeout(this.#timer);
    if (!this.shown) return false;
    this.#card.hidden = true;
    this.#owner?.removeAttribute("aria-describedby");
    this.#owner = null;
    return true;
  }

  #leave() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.hide(), LEAVING);
  }

  #show(owner, citation, figure) {
    if (!citation) return;
    this.hide();
    fill(
      this.#card,
      el("p", { class: "card-quote" }, quoted(citation, figure)),
      el("p", { class: "card-title" }, citation.title),
      el("p", { class: "card-by" }, byline(citation)),
    );
    this.#owner = owner;
    if (owner.matches("button")) owner.setAttribute("aria-describedby", this.#card.id);
    this.#card.hidden = false;
    const at = owner.getBoundingClientRect();
    const { width, height } = this.#card.getBoundingClientRect();
    const above = at.top - height - GAP;
    const left = Math.min(Math.max(GAP, at.left + at.width / 2 - width / 2), innerWidth - width - GAP);
    this.#card.style.left = `${left}px`;
    this.#card.style.top = `${above > GAP ? above : at.bottom + GAP}px`;
  }
}

export const card = new Card();

/**
 * The text of a quote with its short answer, or the given figure, pointed out.
 * @param {Object} citation
 * @param {string} [figure]
 * @returns {(Node|string)[]}
 */
function quoted(citation, figure) {
  const { quote, highlight, start } = citation;
  let span = null;
  if (figure && quote.includes(figure)) {
    const at = quote.indexOf(figure);
    span = [at, at + figure.length];
  } else if (highlight) {
    const points = new CodePoints(quote);
    span = [points.at(highlight.start - start), points.at(highlight.end - start)];
  }
  if (!span) return [quote];
  return [quote.slice(0, span[0]), el("strong", { class: "key" }, quote.slice(...span)), quote.slice(span[1])];
}
