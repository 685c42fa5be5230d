/**
 * The source panel: the article of a citation or passage, with the quote marked and scrolled to.
 */

import { writeArticle } from "./article.js";
import { button, el, fill, icon, outwards, reveal } from "./dom.js";
import { byline, CodePoints } from "./text.js";

const NARROW = matchMedia("(max-width: 63.99rem)");

export class Panel {
  #element;
  #read;
  #say;
  #onAskAbout;
  #articles = new Map();
  #opener = null;
  #turn = null;
  #view = null;
  #asked = 0;
  #covers = false;
  #onCover;

  /**
   * @param {HTMLElement} element
   * @param {{read: (id: string) => Promise<Object>, say: (text: string) => void, onAskAbout: (id: string) => void,
   *   onCover: (covers: boolean) => void}} actions `onCover` hears when it begins or ceases to cover the page
   */
  constructor(element, { read, say, onAskAbout, onCover }) {
    this.#onCover = onCover;
    this.#element = element;
    this.#read = read;
    this.#say = say;
    this.#onAskAbout = onAskAbout;
    NARROW.addEventListener("change", () => this.#cover());
  }

  /** Whether it is open. */
  get open() {
    return !this.#element.hidden;
  }

  /** Whether it shows a citation of this answer. */
  shows(answer) {
    return this.open && this.#view?.answer === answer;
  }

  /** The marker shown, 0 for none. */
  get marker() {
    return this.open ? (this.#view?.marker ?? 0) : 0;
  }

  /**
   * Show a citation of an answer.
   * @param {Object} answer
   * @param {number} marker
   * @param {HTMLElement} opener gets the focus back at the end
   * @param {string} [figure] to be pointed out in the quote
   */
  showCitation(answer, marker, opener, figure = "") {
    this.#comeFrom(opener);
    return this.#show({ answer, marker, figure }, true);
  }

  /** Show a passage that was found. */
  showPassage(hit, opener) {
    this.#comeFrom(opener);
    return this.#show({ hit }, true);
  }

  /** Show an article by id. */
  showArticle(id, opener) {
    this.#comeFrom(opener);
    return this.#show({ id }, true);
  }

  /**
   * An answer that was known in part is whole: the quote that is shown of it stays, as the whole's where it has it.
   * @param {Object} partial
   * @param {Object} answer
   */
  settle(partial, answer) {
    const { answer: known, marker, figure } = this.#view ?? {};
    if (!this.open || known !== partial) return;
    const former = partial.citations.find((one) => one.marker === marker);
    const citation = answer.citations.find((one) => place(one) === place(former));
    const view = citation ? { answer, marker: citation.marker, figure } : { hit: { ...former, text: former.quote } };
    const article = this.#articles.get(former.article_id);
    if (article?.sha256 !== former.sha256) {
      this.#show(view, false);
      return;
    }
    this.#asked += 1;
    this.#view = view;
    const reading = this.#element.querySelector(".panel-body")?.contains(document.activeElement);
    this.#write(view, citation, article, "");
    if (reading) this.#focusText();
    this.#markCurrent();
  }

  /**
   * Go to the next or former citation of the answer shown.
   * @param {1|-1} by
   */
  step(by) {
    const { answer, marker } = this.#view ?? {};
    if (!this.open || !answer) return;
    const markers = answer.citations.map((one) => one.marker);
    const next = markers[markers.indexOf(marker) + by];
    if (next === undefined) this.#say(by > 0 ? "This is the last quote." : "This is the first quote.");
    else this.#show({ answer, marker: next, figure: "" }, false);
  }

  /** Open the article at its source, in a new tab. */
  openSource() {
    this.#element.querySelector(".panel-out a")?.click();
  }

  close() {
    if (!this.open) return false;
    this.#element.hidden = true;
    this.#view = null;
    this.#asked += 1;
    document.body.classList.remove("panel-open");
    this.#cover();
    this.#markCurrent();
    // An opener in a list that has been closed since cannot have the focus.
    const back = [this.#opener, this.#turn].find((one) => one?.isConnected && one.offsetParent);
    (back ?? document.getElementById("open-sidebar")).focus({ preventScroll: true });
    return true;
  }

  #comeFrom(opener) {
    this.#opener = opener;
    this.#turn = opener?.closest(".turn");
  }

  async #show(view, focus) {
    const citation = view.answer?.citations.find((one) => one.marker === view.marker);
    const facts = citation ?? view.hit ?? { article_id: view.id };
    this.#asked += 1;
    const asked = this.#asked;
    this.#view = view;
    this.#element.hidden = false;
    document.body.classList.add("panel-open");
    this.#cover();
    this.#markCurrent();
    let article = this.#articles.get(facts.article_id);
    let failure = "";
    if (!article || article.sha256 !== facts.sha256) {
      if (this.#element.dataset.article !== facts.article_id) this.#write(view, citation, null, "");
      try {
        article = await this.#read(facts.article_id);
        this.#articles.set(facts.article_id, article);
      } catch (error) {
        failure = error.status === 404 ? "This article is no longer there." : error.message;
        article = null;
      }
      if (asked !== this.#asked) return;
    }
    this.#write(view, citation, article, failure);
    this.#settle(view, citation, focus);
  }

  #settle(view, citation, focus) {
    const target = this.#element.querySelector("mark.figure-here, mark.key, mark.current");
    const body = this.#element.querySelector(".panel-body");
    if (target) reveal(target);
    else body?.scrollTo({ top: 0 });
    if (focus) this.#focusText();
    if (citation) {
      const { citations } = view.answer;
      this.#say(`Quote ${citations.indexOf(citation) + 1} of ${citations.length}: ${citation.quote}`);
    }
  }

  #focusText() {
    const first = this.#element.querySelector("mark.current") ?? this.#element.querySelector(".panel-title");
    first?.setAttribute("tabindex", "-1");
    first?.focus({ preventScroll: true });
  }

  #write(view, citation, article, failure) {
    const known = article ?? citation ?? view.hit ?? { title: "" };
    const same = this.#element.dataset.article === (article?.id ?? "") && this.#element.querySelector(".panel-body");
    const former = same ? this.#element.querySelector(".panel-body").scrollTop : 0;
    const body = el("div", { class: "panel-body", tabindex: "0", role: "region", "aria-label": "Article" });
    const title = el("h2", { class: "panel-title", id: "panel-title" }, known.title);
    body.append(
      el(
        "div",
        { class: "panel-head" },
        title,
        el(
          "p",
          { class: "panel-by" },
          [byline(known), known.author && `by ${known.author}`].filter(Boolean).join(" · "),
        ),
      ),
    );
    if (failure) body.append(el("p", { class: "notice" }, failure), this.#asItWas(citation ?? view.hit));
    else if (!article) body.append(el("p", { class: "waiting" }, "Reading the article …"));
    else this.#writeText(body, view, citation, article);
    this.#element.dataset.article = article?.id ?? "";
    const focused = document.activeElement?.closest?.("#panel [data-keep]")?.dataset.keep;
    fill(this.#element, this.#tools(view, citation, article), body);
    if (focused) this.#element.querySelector(`[data-keep="${focused}"]`)?.focus();
    body.scrollTop = former;
  }

  #writeText(body, view, citation, article) {
    const text = el("div", { class: "text" });
    const wanted = citation ?? view.hit;
    const changed = Boolean(wanted?.sha256) && wanted.sha256 !== article.sha256;
    let ranges = [];
    if (!changed) {
      ranges = citation ? rangesOf(view, citation) : [];
      if (view.hit) ranges = [{ start: view.hit.start, end: view.hit.end, kind: "current passage-mark" }];
    } else {
      body.append(el("p", { class: "notice" }, "The article has changed since this answer was given."));
      const at = article.text.indexOf(citation?.quote ?? view.hit.text);
      if (at < 0) body.append(this.#asItWas(wanted));
      else {
        const start = CodePoints.count(article.text, at);
        const length = CodePoints.count(citation?.quote ?? view.hit.text);
        ranges = [{ start, end: start + length, kind: "current", marker: citation?.marker }];
      }
    }
    const first = article.blocks[0];
    const points = new CodePoints(article.text);
    writeArticle(text, article, ranges);
    if (first?.kind === "heading" && points.slice(first.start, first.end).trim() === article.title.trim()) {
      // The text begins with its title: it is not shown twice, but stays in the text.
      text.firstElementChild.classList.add("repeats-title");
    }
    if (citation) {
      for (const mark of text.querySelectorAll("mark.other")) {
        mark.addEventListener("click", () =>
          this.#show({ answer: view.answer, marker: Number(mark.dataset.marker), figure: "" }, false),
        );
      }
    }
    body.append(text);
  }

  #asItWas(one) {
    if (!one) return el("span");
    return el(
      "blockquote",
      { class: "as-it-was" },
      el("p", {}, one.quote ?? one.text),
      el("footer", {}, "As it was quoted"),
    );
  }

  #tools(view, citation, article) {
    const row = el("div", { class: "panel-tools" });
    if (citation) {
      const { citations } = view.answer;
      const at = citations.indexOf(citation);
      row.append(
        el(
          "div",
          { class: "stepper", role: "group", "aria-label": "Quotes of this answer" },
          this.#stepper("Previous quote", "up", -1, at === 0),
          el("span", { class: "stepper-where" }, "Quote ", el("b", {}, String(at + 1)), ` of ${citations.length}`),
          this.#stepper("Next quote", "down", 1, at === citations.length - 1),
        ),
      );
    } else {
      row.append(el("span", { class: "stepper-where" }, view.hit ? "Passage" : "Article"));
    }
    const id = article?.id ?? citation?.article_id ?? view.hit?.article_id;
    if (id)
      row.append(
        button("Ask about this article only", () => this.#onAskAbout(id), {
          icon: "filter",
          bare: true,
          "data-keep": "filter",
        }),
      );
    const link = citation?.link ?? article?.url ?? view.hit?.url;
    if (/^https?:/i.test(link ?? "")) {
      row.append(el("span", { class: "panel-out" }, outwards(link, el("span", {}, "Open at the source"), icon("out"))));
    }
    row.append(button("Close the source", () => this.close(), { icon: "close", bare: true, "data-keep": "close" }));
    return row;
  }

  #stepper(label, picture, by, end) {
    // Not disabled at the ends: a disabled button would lose the focus.
    return button(label, () => this.step(by), {
      icon: picture,
      bare: true,
      "aria-disabled": end ? "true" : null,
      "data-keep": by > 0 ? "next" : "previous",
    });
  }

  /** On a narrow screen the panel covers the page, which then is out of reach. */
  #cover() {
    const covers = this.open && NARROW.matches;
    if (covers === this.#covers) return;
    this.#covers = covers;
    this.#onCover(covers);
    for (const one of document.querySelectorAll(".main, .skip")) one.inert = covers;
    this.#element.setAttribute("role", covers ? "dialog" : "complementary");
    this.#element.ariaModal = covers ? "true" : null;
  }

  /** Show in the answers which marker the panel shows. */
  #markCurrent() {
    for (const one of document.querySelectorAll(".marker[aria-current]")) one.removeAttribute("aria-current");
    if (!this.marker) return;
    const scope = this.#turn ?? document;
    for (const one of scope.querySelectorAll(`.marker[data-marker="${this.marker}"]`))
      one.setAttribute("aria-current", "true");
  }
}

/** Where a citation stands, the same for two of the same quote. */
function place({ article_id, sha256, start, end }) {
  return JSON.stringify([article_id, sha256, start, end]);
}

/** What to mark for a citation: its quote, the short answer or figure in it, and the answer's other quotes. */
function rangesOf({ answer, figure }, citation) {
  const others = answer.citations
    .filter((one) => one !== citation && one.article_id === citation.article_id && one.sha256 === citation.sha256)
    .filter((one) => one.end <= citation.start || one.start >= citation.end)
    .map((one) => ({ start: one.start, end: one.end, kind: "other", marker: one.marker }));
  const ranges = [...others, { start: citation.start, end: citation.end, kind: "current", marker: citation.marker }];
  const at = figure ? citation.quote.indexOf(figure) : -1;
  if (at >= 0) {
    const start = citation.start + CodePoints.count(citation.quote, at);
    ranges.push({ start, end: start + CodePoints.count(figure), kind: "key figure-here" });
  } else if (citation.highlight) {
    ranges.push({ ...citation.highlight, kind: "key" });
  }
  return ranges;
}
