/**
 * How sure an answer is, and how it came about.
 */

import { Failure } from "./api.js";
import { modelFacts } from "./authorship.js";
import { button, el, fill } from "./dom.js";
import { confidenceWord, counted } from "./text.js";

/**
 * The confidence in words; opened, it tells the number, what was read, and whether the same comes out again.
 * @param {Object} answer
 * @param {(id: string) => Promise<Object>} replay
 */
export function confidence(answer, replay) {
  const percent = `${Math.round(answer.confidence * 100)} %`;
  const { receipt } = answer;
  const duration = Math.round(answer.timings_ms.total ?? 0).toLocaleString("en-GB");
  const result = el("p", { class: "replay", role: "status" });
  const check = button("Ask again and compare", async () => {
    check.disabled = true;
    fill(result, "Asking again …");
    try {
      const { identical, differences } = await replay(answer.id);
      fill(
        result,
        identical
          ? "Identical: the same statements and the same quotes."
          : `Different, because of: ${differences.join(", ") || "reasons not known"}.`,
      );
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      fill(result, error.message);
    }
    check.disabled = false;
  });
  const facts = [
    ["Confidence", `${percent}: ${estimateOf(answer)}`],
    ["Read", `${counted(answer.passages.length, "passage")}, in ${duration} ms`],
    ["Wording", wordingOf(answer)],
    ...modelFacts(answer),
    ["Reader", receipt.reader],
    ["Articles", `version ${receipt.corpus.slice(0, 12)}`],
  ];
  return el(
    "details",
    { class: `confidence ${answer.uncertain ? "uncertain" : ""} ${answer.status}` },
    el(
      "summary",
      {},
      el("span", { class: `level level-${levelOf(answer)}`, "aria-hidden": "true" }),
      confidenceWord(answer),
    ),
    el("dl", {}, ...facts.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)))),
    el("div", { class: "replay-row" }, check, result),
  );
}

function estimateOf({ mode, status }) {
  return mode === "generative" && status === "abstained"
    ? "the reader's estimate, before the language model found no answer"
    : "the estimated chance that the quotes answer the question";
}

function wordingOf({ mode, status }) {
  if (mode === "extractive") return "verbatim from the articles";
  return status === "abstained" ? "none" : "the language model's own, each sentence checked against its quotes";
}

function levelOf({ status, confidence, uncertain }) {
  if (status === "abstained") return 0;
  if (uncertain) return 1;
  return confidence >= 0.7 ? 3 : 2;
}
