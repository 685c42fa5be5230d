/**
 * The page put together: which address shows what, and what follows from what.
 */

import { api, Failure } from "./api.js";
import { Articles } from "./articles.js";
import { card } from "./card.js";
import { Composer } from "./composer.js";
import { Conversations } from "./conversations.js";
import { help } from "./dialogs.js";
import { button, el, fill, icon } from "./dom.js";
import { FilterBar, queryOf, readFilters } from "./filters.js";
import { listen } from "./keys.js";
import { banner, say, toast } from "./notices.js";
import { Panel } from "./panel.js";
import { askWhenUnknown, drawSession, signOutButton } from "./session.js";
import { Sidebar } from "./sidebar.js";
import { themeButton } from "./theme.js";
import { Thread } from "./thread.js";
import { welcome } from "./welcome.js";

const RETRY = 3000;
const place = (id) => document.getElementById(id);

const start = { stats: null, starters: [] };
let shown = 0;
let address = "";

const signOut = signOutButton();

askWhenUnknown();
card.start(place("card"));

const filters = new FilterBar(() => writeFilters());

const panel = new Panel(place("panel"), {
  read: api.article,
  say,
  onCover: (covers) => {
    if (covers && !history.state?.source) history.pushState({ source: true }, "");
    else if (!covers && history.state?.source) history.replaceState(null, "");
  },
  onAskAbout: (id) => {
    filters.value = { ...filters.value, article: [id] };
    panel.close();
    if (place("composer").hidden) go("/");
    else writeFilters();
    composer.focus();
    toast("Only this article may answer now");
  },
});

const conversations = new Conversations({
  open: (id) => {
    sidebar.leave();
    go(`/c/${id}`);
  },
  onRenamed: (id, title) => id === thread.id && drawTitle(title),
  onDeleted: (id) => id === thread.id && go("/"),
});

const articles = new Articles({
  open: (id, opener) => {
    sidebar.leave();
    panel.showArticle(id, opener);
  },
  onRead: (all) => {
    filters.corpus = {
      publishers: [...new Set(all.map((one) => one.publisher).filter(Boolean))].sort(),
      articles: all,
    };
  },
});

const thread = new Thread(place("thread"), {
  answerActions: {
    openCitation: (answer, marker, opener, figure) => panel.showCitation(answer, marker, opener, figure),
    openPassage: (hit, opener) => panel.showPassage(hit, opener),
    settle: (partial, answer) => panel.settle(partial, answer),
    replay: api.replay,
  },
  titleOf: filters.titleOf,
  filters: () => filters.value,
  onCreated: (id) => {
    address = `/c/${id}`;
    history.replaceState(null, "", address + queryOf(filters.value));
    conversations.current = id;
    drawTitle(thread.turns[0]?.message.question);
  },
  onTurns: drawPage,
  onRunning: () => {
    composer.running = thread.running;
  },
  onChanged: async () => {
    await conversations.refresh();
    if (thread.id) drawTitle(conversations.titleOf(thread.id) || thread.turns[0]?.message.question);
  },
  reload: () => show(),
});

const composer = new Composer(place("composer"), {
  filters: filters.element,
  onAsk: (question) => thread.ask(question),
  onStop: () => thread.stop(),
  onEditLast: () => editLast(),
});

const sidebar = new Sidebar(place("sidebar"), {
  opener: place("open-sidebar"),
  backdrop: place("backdrop"),
  lists: { conversations, articles },
  onNew: () => go("/"),
  foot: [
    themeButton(),
    button("Keys", () => help(KEYS), { icon: "help", class: "quiet", title: "Keys (?)" }),
    signOut,
  ],
});

const KEYS = [
  { keys: ["/"], does: "to the question box", run: () => composer.focus() },
  { keys: ["Enter"], does: "ask; Shift+Enter starts a new line" },
  { keys: ["Esc"], does: "close what is open, else stop the answer", run: escape },
  { keys: ["j", "→"], does: "next quote", run: (event) => step(1, event) },
  { keys: ["k", "←"], does: "previous quote", run: (event) => step(-1, event) },
  { keys: ["o"], does: "open the article at its source", run: () => panel.openSource() },
  { keys: ["c"], does: "copy the last answer with its sources", run: () => thread.last?.copy() },
  { keys: ["l"], does: "copy a link to the last answer", run: () => thread.last?.share() },
  {
    keys: ["r"],
    does: "answer the last question anew",
    run: () => thread.last && !thread.last.readOnly && thread.regenerate(thread.last),
  },
  { keys: ["e"], does: "edit the last question; in the empty box ↑ does it too", run: () => editLast() },
  { keys: ["f"], does: "filters", run: () => filters.open() },
  { keys: ["n"], does: "new conversation", run: () => go("/") },
  { keys: ["s"], does: "search conversations", run: () => sidebar.show("conversations", true) },
  { keys: ["a"], does: "search articles", run: () => sidebar.show("articles", true) },
  { keys: ["b"], does: "show or hide the sidebar", run: () => sidebar.toggle() },
  { keys: ["?"], does: "this help", run: () => help(KEYS) },
];
listen(KEYS);

addEventListener("popstate", () => {
  filters.value = readFilters(location.search);
  // A step back closes a source that covers the page; it leads to the same address.
  if (location.pathname === address) panel.close();
  else show();
});
addEventListener("offline", drawConnection);
addEventListener("online", () => {
  drawConnection();
  if (!start.stats) load();
});

function drawConnection() {
  banner(
    navigator.onLine
      ? null
      : "You are offline. What is on the page stays readable; a question waits until you are back.",
  );
}

function escape() {
  return card.hide() || panel.close() || sidebar.leave() || thread.stop();
}

function editLast() {
  const { last } = thread;
  if (!last || last.readOnly || thread.running) return false;
  last.editQuestion();
  return true;
}

/** Go to the next or former quote: in the panel where that is open, else among the markers of the answers. */
function step(by, event) {
  if (panel.marker) return panel.step(by);
  const turn = thread.turns.find((one) => one.element.contains(event.target)) ?? thread.last;
  return turn?.focusMarker(by);
}

function go(path) {
  history.pushState(null, "", path + queryOf(filters.value));
  show();
}

/** Bring the filters into the address. */
function writeFilters() {
  history.replaceState(history.state, "", location.pathname + queryOf(filters.value));
}

/** Show what the address says. */
async function show() {
  shown += 1;
  const mine = shown;
  address = location.pathname;
  panel.close();
  card.hide();
  const [, kind, id] = /^\/(c|a)\/([^/]+)\/?$/.exec(location.pathname) ?? [];
  conversations.current = kind === "c" ? id : "";
  if (!kind) {
    thread.clear();
    composer.running = thread.running;
    composer.focus();
    return;
  }
  try {
    const found = await (kind === "c" ? api.conversation(id) : api.answer(id));
    if (mine !== shown) return;
    if (kind === "c") thread.show(found);
    else thread.showAnswer(found);
    drawPage(found.title);
    composer.running = thread.running;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (mine === shown) drawFailure(error, kind);
  }
}

/** What stands around the turns: title, what can be done with all of it, or the welcome. */
function drawPage(title) {
  const shared = location.pathname.startsWith("/a/");
  const empty = !thread.turns.length;
  document.body.classList.toggle("empty", empty);
  document.body.classList.toggle("shared", shared);
  document.body.classList.remove("loading");
  place("welcome").hidden = !empty;
  place("starts").hidden = !empty;
  place("composer").hidden = shared;
  drawTitle(
    shared ? "A shared answer" : title || conversations.titleOf(thread.id) || thread.turns[0]?.message.question,
  );
  if (empty) drawWelcome();
  fill(place("bar-actions"), shared ? askOn() : null, !shared && !empty ? exports() : null);
}

function drawTitle(title) {
  const text = title || "";
  fill(
    place("where"),
    document.body.classList.contains("empty") ? null : el("span", { role: "heading", "aria-level": "1" }, text),
  );
  document.title = text ? `${text} – Assistant` : "Assistant";
  for (const link of document.querySelectorAll(".export a")) link.href = api.exportPath(thread.id, link.dataset.format);
}

function drawWelcome() {
  welcome(
    { head: place("welcome"), starts: place("starts") },
    {
      ...start,
      ask: (question) => {
        thread.ask(question);
        // The button is gone; where a keyboard would cover the answer, the focus goes to that instead of the box.
        if (matchMedia("(hover: none)").matches) thread.last.element.focus({ preventScroll: true });
        else composer.focus();
      },
      browse: () => sidebar.show("articles", true),
    },
  );
}

function drawFailure(failure, kind) {
  thread.clear();
  place("welcome").hidden = true;
  place("starts").hidden = true;
  document.body.classList.remove("empty");
  const what = kind === "c" ? "conversation" : "answer";
  const gone = failure.status === 404;
  fill(
    place("thread"),
    el(
      "div",
      { class: "gone", role: "alert" },
      el("h1", {}, gone ? `There is no such ${what}` : "This cannot be shown"),
      el("p", {}, gone ? "It may have been deleted, or the link is not whole." : failure.message),
      gone
        ? el("a", { class: "button outline", href: "/" }, "Ask a question")
        : button("Try again", () => show(), { class: "outline" }),
    ),
  );
}

function askOn() {
  const question = thread.turns[0]?.message.question ?? "";
  return el(
    "a",
    { class: "button primary ask-on", href: `/?${new URLSearchParams({ q: question })}` },
    el("span", { class: "label" }, "Ask on"),
    icon("send"),
  );
}

function exports() {
  const menu = el(
    "details",
    { class: "export" },
    el("summary", { class: "button quiet" }, icon("export"), el("span", { class: "label" }, "Export")),
    el(
      "ul",
      {},
      ...[
        ["markdown", "Markdown"],
        ["html", "HTML"],
      ].map(([format, label]) =>
        el(
          "li",
          {},
          el(
            "a",
            {
              href: api.exportPath(thread.id, format),
              download: "",
              "data-format": format,
              on: { click: () => menu.removeAttribute("open") },
            },
            label,
          ),
        ),
      ),
    ),
  );
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.removeAttribute("open");
    menu.querySelector("summary").focus();
    event.preventDefault();
  });
  menu.addEventListener("focusout", (event) => {
    if (!menu.contains(event.relatedTarget)) menu.removeAttribute("open");
  });
  return menu;
}

/** Read what the corpus holds; where the server is not there yet, go on asking for it. */
async function load() {
  try {
    start.stats = await api.stats();
    if (!place("welcome").hidden) drawWelcome();
    drawConnection();
    articles.refresh();
    conversations.refresh();
    await drawSession(signOut);
    start.starters = await api.starters();
    if (!place("welcome").hidden) drawWelcome();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (!start.stats) {
      if (navigator.onLine) banner(`${error.message} Trying again every few seconds.`, { label: "Try now", run: load });
      else drawConnection();
      setTimeout(() => !start.stats && load(), RETRY);
    }
  }
}

const asked = new URLSearchParams(location.search).get("q");
filters.value = readFilters(location.search);
if (asked) {
  composer.text = asked;
  writeFilters();
}
await show();
load();
