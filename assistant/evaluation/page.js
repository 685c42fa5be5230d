"use strict";
(() => {
  const report = JSON.parse(document.getElementById("report").textContent);
  const order = ["failed", "passes now", "known", "passed"];
  const byId = (id) => document.getElementById(id);

  // Texts reach the page as text nodes and attributes alone, never as markup.
  function make(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value !== null && value !== false) node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.flat().filter((child) => child !== null && child !== undefined));
    return node;
  }

  const number = (value) => (value === null ? "–" : value.toLocaleString("en", { maximumFractionDigits: 3 }));
  const share = (value) => (value === null ? "–" : `${(100 * value).toFixed(1)} %`);
  const className = (outcome) => outcome.replace(" ", "-");

  function fact(name, value) {
    return make("div", null, make("dt", null, name), make("dd", null, String(value)));
  }

  function showVerdict() {
    const { metrics, missed, changes } = report;
    const broken = changes ? changes.broken.length : metrics.failed;
    const word = changes ? "broken since the baseline" : "failed";
    const fine = broken === 0 && missed.length === 0;
    const verdict = byId("verdict");
    verdict.className = fine ? "good" : "bad";
    verdict.append(fine ? `Passed: ${metrics.passed} of ${metrics.pairs} pairs hold` : `Not passed: ${broken} ${word}`);
    for (const one of missed) {
      const value = one.value === null ? "not measured" : number(one.value);
      verdict.append(`; ${one.metric} is ${value}, which must be at ${one.bound}`);
    }
    document.title = `${fine ? "Passed" : "Not passed"}: regression report`;
  }

  function showSummary() {
    const m = report.metrics;
    byId("summary").append(
      fact("passed", `${m.passed} of ${m.pairs}`),
      fact("failed", m.failed),
      fact("known to fail", m.known),
      fact("citations: precision", share(m.citation_precision)),
      fact("citations: recall", share(m.citation_recall)),
      fact("citations: F1", share(m.citation_f1)),
      fact("citations verbatim", share(m.exact_citations)),
      fact("passage found", share(m.found)),
      fact("reciprocal rank", number(m.reciprocal_rank)),
      fact("abstentions: precision", share(m.abstention_precision)),
      fact("abstentions: recall", share(m.abstention_recall)),
      fact("a question, median", m.latency_p50_ms === null ? "–" : `${Math.round(m.latency_p50_ms)} ms`),
      fact("a question, 95 %", m.latency_p95_ms === null ? "–" : `${Math.round(m.latency_p95_ms)} ms`),
    );
  }

  function pairLink(id) {
    return make("a", { href: `#pair-${id}` }, id);
  }

  function showChanges() {
    const changes = report.changes;
    if (!changes) return;
    const section = byId("changes");
    section.hidden = false;
    const broken = changes.broken.map((one) =>
      make("li", null, pairLink(one.id), ` – ${one.cause}: ${one.details.join("; ")}`),
    );
    if (broken.length) section.append(make("h3", null, `broken (${broken.length})`), make("ul", null, broken));
    for (const name of ["fixed", "new", "gone", "still_failing"]) {
      const ids = changes[name];
      const shown = ids.map((id) => make("li", null, name === "gone" ? id : pairLink(id)));
      section.append(
        make("details", null, make("summary", null, `${name.replace("_", " ")} (${ids.length})`), make("ul", null, shown)),
      );
    }
  }

  const disputed = ({ grade, outcome }) =>
    grade !== null && grade.passed !== null && grade.passed !== ["passed", "passes now"].includes(outcome);

  function gradeSaid({ passed, reason }) {
    if (passed) return "PASS";
    return `${passed === null ? "no grade" : "FAIL"}: ${reason}`;
  }

  function showGrades() {
    const { grades } = report;
    if (!grades) return;
    const { model, prompt, graded, passed, differing, ungraded } = grades;
    const section = byId("grades");
    section.hidden = false;
    const differs = differing.length === 1 ? "differs" : "differ";
    const none = ungraded.length ? ` ${ungraded.length} got no grade.` : "";
    section.append(
      make("p", null, `${model} also graded the answers, by ${prompt}. Its grades decide nothing: no figure and no result counts them.`),
      make("p", null, `${passed} of ${graded} pass; ${differing.length} ${differs} from the checks.${none}`),
    );
    for (const [name, ids] of [["other than the checks", differing], ["no grade", ungraded]]) {
      const shown = report.results.filter((one) => ids.includes(one.pair.id));
      const items = shown.map((one) => make("li", null, pairLink(one.pair.id), ` – ${gradeSaid(one.grade)}`));
      if (items.length) {
        section.append(make("details", null, make("summary", null, `${name} (${items.length})`), make("ul", null, items)));
      }
    }
  }

  function gradeLine({ grade }) {
    const who = `Graded by ${grade.model} (a model’s judgement, not counted): `;
    return make("p", { class: "grade" }, who, make("strong", null, gradeSaid(grade)));
  }

  function showCalibration() {
    const curve = report.calibration;
    if (!curve) return;
    const section = byId("calibration");
    section.hidden = false;
    const { threshold, wrong_answers: wrong, wrong_refusals: refused, refused_right: right } = curve.chosen;
    const aim = curve.limit === null ? "equal costs" : `a risk of at most ${share(curve.limit)}`;
    section.append(
      make(
        "p",
        null,
        `Chosen for ${aim}: threshold ${threshold.toFixed(4)}. ${wrong} of ${curve.unanswerable} unanswerable questions ` +
          `are answered; ${refused} of ${curve.answerable} answerable ones are refused, ${right} of which would have ` +
          "been answered rightly.",
      ),
    );
  }

  function showTags() {
    const heads = ["tag", "pairs", "passed", "failed", "known", "pass rate", "F1", "recall", "found", "ms"];
    const row = (name, m) =>
      make(
        "tr",
        null,
        make("th", { scope: "row" }, name),
        [m.pairs, m.passed, m.failed, m.known].map((value) => make("td", null, String(value))),
        [m.pass_rate, m.citation_f1, m.citation_recall, m.found].map((value) => make("td", null, share(value))),
        make("td", null, m.latency_p50_ms === null ? "–" : String(Math.round(m.latency_p50_ms))),
      );
    const rows = Object.entries(report.by_tag).map(([name, metrics]) => row(name, metrics));
    const head = make("tr", null, heads.map((name) => make("th", { scope: "col" }, name)));
    const table = make("table", null, make("thead", null, head), make("tbody", null, rows, row("all", report.metrics)));
    byId("tags").append(make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Figures by tag" }, table));
  }

  function showRun() {
    const settings = Object.entries(report.settings).map(([name, value]) => fact(name, value));
    byId("run").append(
      make(
        "dl",
        { class: "facts" },
        fact("pairs", report.path + (report.tags.length ? `, tags ${report.tags.join(", ")}` : "")),
        fact("when", new Date(report.created).toLocaleString()),
        fact("version", report.version),
        fact("corpus", report.corpus),
        fact("articles", Object.keys(report.articles).length),
        fact("embedding model", report.embedding_model),
        fact("reader", report.reader),
        fact("index", report.index),
        settings,
      ),
    );
  }

  function pattern(quote) {
    return quote.trim().split(/\s+/).map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")).join("\\s+");
  }

  // Splitting at a group puts what it matched at the odd places.
  function marked(text, quotes) {
    if (!quotes.length) return [text];
    const longestFirst = [...quotes].sort((a, b) => b.length - a.length);
    const parts = text.split(new RegExp(`(${longestFirst.map(pattern).join("|")})`));
    return parts.map((part, i) => (i % 2 ? make("mark", null, part) : part));
  }

  function alternatives(expect) {
    return expect.any_of.length ? expect.any_of : expect.quotes.length ? [expect.quotes] : [];
  }

  function quotesIn(expect, article) {
    return alternatives(expect).flat().filter((one) => one.article === article).map((one) => one.text);
  }

  function expectedSection(pair) {
    const { expect } = pair;
    const section = make("section", null, make("h3", null, "Expected"), make("p", null, `status: ${expect.status}`));
    alternatives(expect).forEach((some, i) => {
      if (i) section.append(make("h4", null, "or"));
      for (const quote of some) {
        section.append(make("blockquote", null, quote.text, make("br"), make("code", { class: "soft" }, quote.article)));
      }
    });
    for (const name of ["contains", "lacks", "cites", "avoids"]) {
      for (const one of expect[name]) section.append(make("p", null, `${name}: `, make("code", null, one)));
    }
    if (expect.max_statements !== null) section.append(make("p", null, `statements: at most ${expect.max_statements}`));
    if (pair.known) section.append(make("p", { class: "warn" }, `known: ${pair.known}`));
    return section;
  }

  function citationItem(citation, expect) {
    const where = make("code", { class: "soft" }, `${citation.article_id} ${citation.start}–${citation.end}`);
    const quote = make("blockquote", null, marked(citation.quote, quotesIn(expect, citation.article_id)), make("br"), where);
    return make("li", null, quote);
  }

  function givenSection(result) {
    const { given, pair } = result;
    const section = make("section", null, make("h3", null, "Given"));
    if (!given) {
      section.append(make("p", null, result.note || "no answer"));
      return section;
    }
    const sure = `status: ${given.status}, confidence ${given.confidence.toFixed(3)}${given.uncertain ? ", uncertain" : ""}`;
    section.append(make("p", null, sure));
    if (given.short_answer) section.append(make("p", null, make("strong", null, given.short_answer.text)));
    section.append(make("ol", null, given.citations.map((citation) => citationItem(citation, pair.expect))));
    const receipt = JSON.stringify({ ...given.receipt, timings_ms: given.timings_ms }, null, 1);
    const code = make("code", { class: "text" }, receipt);
    section.append(make("details", null, make("summary", { class: "soft" }, "receipt and timings"), code));
    return section;
  }

  function passagesSection(result) {
    const { given, pair, rank } = result;
    const section = make("section", null, make("h3", null, "Passages"));
    if (!given) return section;
    if (alternatives(pair.expect).length) {
      section.append(make("p", null, rank ? `an expected quote is in passage ${rank}` : "no expected quote is among them"));
    }
    given.passages.forEach((ranked, i) => {
      const passage = report.passages[ranked.id];
      const score = ranked.reader_score === null ? ranked.score : ranked.reader_score;
      const title = passage.heading_path.length ? passage.heading_path[passage.heading_path.length - 1] : passage.title;
      section.append(
        make(
          "details",
          { class: "passage", open: i === 0 || i + 1 === rank },
          make("summary", null, `${i + 1}. ${title} `, make("span", { class: "soft" }, score.toFixed(3))),
          make("code", { class: "soft" }, `${passage.article_id} ${passage.start}–${passage.end}`),
          make("p", { class: "text" }, marked(passage.text, quotesIn(pair.expect, passage.article_id))),
        ),
      );
    });
    return section;
  }

  function pairBody(result) {
    const checks = result.checks.map((check) =>
      make(
        "li",
        { class: check.passed ? "good" : "bad" },
        check.passed ? `✓ ${check.name}: ${check.expected}` : `✗ ${check.name}: ${check.why}`,
      ),
    );
    const o = result.overlap;
    const figures = o && `citations against the expected quotes: precision ${share(o.precision)}, recall ${share(o.recall)}, F1 ${share(o.f1)}`;
    return make(
      "div",
      { class: "body" },
      result.note ? make("p", { class: "warn" }, result.note) : null,
      make("ul", { class: "checks" }, checks),
      figures ? make("p", { class: "soft" }, figures) : null,
      result.grade ? gradeLine(result) : null,
      make("div", { class: "columns" }, expectedSection(result.pair), givenSection(result), passagesSection(result)),
      make("p", { class: "soft" }, `${result.source}${result.ms === null ? "" : `, ${Math.round(result.ms)} ms`}`),
    );
  }

  function pairItem(result) {
    const { pair, outcome } = result;
    const about = [pair.id, ...(pair.tags.length ? [pair.tags.join(", ")] : [])];
    if (disputed(result)) about.push("a model’s grade differs");
    const item = make(
      "details",
      { class: "pair", id: `pair-${pair.id}` },
      make(
        "summary",
        null,
        make("span", { class: `outcome ${className(outcome)}` }, outcome),
        pair.question,
        " ",
        make("span", { class: "soft" }, about.join(" · ")),
      ),
    );
    // What is inside is made when it is first looked at: most pairs pass and stay closed.
    const fill = () => {
      if (item.open && item.childElementCount === 1) item.append(pairBody(result));
    };
    item.addEventListener("toggle", fill);
    item.open = outcome === "failed";
    fill();
    return item;
  }

  function haystack(result) {
    const given = result.given ? result.given.statements.map((one) => one.text) : [];
    const whys = result.checks.filter((check) => !check.passed).map((check) => check.why);
    return [result.pair.id, result.pair.question, ...given, ...whys].join("\n").toLowerCase();
  }

  function showPairs() {
    const results = [...report.results].sort((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome));
    const items = results.map((result) => ({ result, text: haystack(result), node: pairItem(result) }));
    byId("pairs").append(...items.map((item) => item.node));
    const search = byId("search");
    const tag = byId("tag");
    const wanted = byId("result");
    for (const name of Object.keys(report.by_tag)) tag.append(make("option", { value: name }, name));
    for (const name of order) {
      if (results.some((one) => one.outcome === name)) wanted.append(make("option", { value: name }, name));
    }
    const filter = () => {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const { result, text, node } of items) {
        const fits =
          (!tag.value || result.pair.tags.includes(tag.value)) &&
          (!wanted.value || result.outcome === wanted.value) &&
          words.every((word) => text.includes(word));
        node.hidden = !fits;
        shown += fits;
      }
      byId("count").textContent = `${shown} of ${items.length} pairs`;
    };
    const openAll = (open) => {
      for (const { node } of items) if (!node.hidden) node.open = open;
    };
    byId("filters").addEventListener("input", filter);
    byId("filters").addEventListener("submit", (event) => event.preventDefault());
    byId("open").addEventListener("click", () => openAll(true));
    byId("shut").addEventListener("click", () => openAll(false));
    filter();
  }

  // A link to a pair opens it, also where a filter hides it.
  function goToHash() {
    const target = location.hash.startsWith("#pair-") ? byId(decodeURIComponent(location.hash.slice(1))) : null;
    if (!target) return;
    target.hidden = false;
    target.open = true;
    target.scrollIntoView();
  }

  showVerdict();
  showSummary();
  showChanges();
  showGrades();
  showCalibration();
  showTags();
  showRun();
  showPairs();
  window.addEventListener("hashchange", goToHash);
  goToHash();
})();
