/**
 * Who wrote an answer, and what was checked: nothing to say where it is the articles' own words from the start.
 */

import { el, icon } from "./dom.js";
import { counted, folded } from "./text.js";

const UNNAMED = "a language model";
const DOLLARS = new Intl.NumberFormat("en-GB", { maximumSignificantDigits: 3 });

/**
 * Who wrote the statements, and how many were left out, a sentence or two each.
 * @param {Object} answer
 * @returns {string[]}
 */
export function written(answer) {
  if (answer.mode !== "generative") return [];
  const model = answer.model ?? UNNAMED;
  const who = answer.statements.length ? by(model) : `${model} read the passages and found no answer in them.`;
  return [who, ...left(answer)];
}

/**
 * Why the language model did not answer, empty where it did or was not asked.
 * @param {Object} answer
 */
export function fallback({ fallback: why, statements }) {
  if (!why) return "";
  const stop = /[.!?]$/.test(why) ? "" : ".";
  const own = statements.length ? " These are the articles' own words." : "";
  return `The language model did not answer: ${why}${stop}${own}`;
}

/**
 * In what the sources differ, empty where they do not.
 * @param {Object} answer
 */
export function contested({ contested: markers = [], citations }) {
  if (!markers.length) return "";
  const sides = citations.filter(({ marker }) => markers.includes(marker));
  const told = sides.map((one) => `${highlighted(one)} [${one.marker}]`.trim()).join(", ");
  return `The sources differ: ${told}. Compare them before you rely on one.`;
}

/** What is seen of `contested`. */
export function contestedNote(answer) {
  const text = contested(answer);
  return text ? el("p", { class: "fallback" }, icon("doubt"), el("span", {}, text)) : null;
}

/** The line under an answer, null where there is nothing to say. */
export function authorship(answer) {
  const lines = written(answer);
  return lines.length ? el("p", { class: "authorship" }, lines.join(" ")) : null;
}

/** The line under sentences of an answer that is not whole, so that its model is not known yet. */
export function unnamed() {
  return el("p", { class: "authorship" }, by(UNNAMED));
}

/** What is seen of `fallback`. */
export function fallbackNote(answer) {
  const text = fallback(answer);
  return text ? el("p", { class: "fallback" }, icon("doubt"), el("span", {}, text)) : null;
}

/**
 * What the details of an answer tell about the language model, as names and values.
 * @param {Object} answer
 * @returns {string[][]}
 */
export function modelFacts(answer) {
  const { model, usage, dropped } = answer;
  return [
    model && ["Model", answer.fallback ? `${model}, which did not answer` : model],
    answer.fallback && dropped && ["Left out", `${counted(dropped, "sentence")} that no quote supports`],
    usage && ["Tokens", `${number(usage.input_tokens)} in, ${number(usage.output_tokens)} out`],
    typeof usage?.cost_usd === "number" && ["Cost", dollars(usage.cost_usd)],
  ].filter(Boolean);
}

function highlighted({ quote, highlight, start }) {
  return highlight ? folded([...quote].slice(highlight.start - start, highlight.end - start).join("")) : "";
}

function by(model) {
  return `Written by ${model}. Each sentence was checked against its quotes.`;
}

function left({ dropped }) {
  if (!dropped) return [];
  const [were, them] = dropped === 1 ? ["was", "it"] : ["were", "them"];
  return [`${counted(dropped, "sentence")} ${were} left out because no quote supports ${them}.`];
}

/** An amount with as many digits as it takes to tell small ones apart: US$0.000421, US$1.30. */
function dollars(amount) {
  return `US$${amount >= 1 ? amount.toFixed(2) : DOLLARS.format(amount)}`;
}

function number(count) {
  return count.toLocaleString("en-GB");
}
