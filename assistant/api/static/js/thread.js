/**
 * The conversation that is looked at: its turns, and what they can be made to do.
 */

import { api, Failure, newKey } from "./api.js";
import { reveal } from "./dom.js";
import { bodyOf } from "./filters.js";
import { toast } from "./notices.js";
import { Run } from "./run.js";
import { Turn } from "./turn.js";

export class Thread {
  #element;
  #hooks;
  #turns = [];
  #runs = new Map();

  /**
   * @param {HTMLElement} element
   * @param {{
   *   answerActions: import("./answer.js").AnswerActions, titleOf: (id: string) => string,
   *   filters: () => Object, onCreated: (id: string) => void, onTurns: () => void, onRunning: () => void,
   *   onChanged: () => void, reload: () => void,
   * }} hooks `onCreated` hears the id of a conversation made for a question; `onChanged` that a conversation has more
   *   or other messages; `reload` shows it anew
   */
  constructor(element, hooks) {
    this.#element = element;
    this.#hooks = hooks;
    this.id = "";
  }

  get turns() {
    return this.#turns;
  }

  /** The last turn, undefined where there is none. */
  get last() {
    return this.#turns.at(-1);
  }

  /** Whether an answer is on its way here. */
  get running() {
    return this.#runs.has(this.id);
  }

  /** Show nothing. */
  clear() {
    this.id = "";
    this.#set([]);
  }

  /**
   * Show a conversation.
   * @param {Object} conversation with its messages
   */
  show(conversation) {
    this.id = conversation.id;
    const run = this.#runs.get(this.id);
    const turns = standing(conversation.messages)
      .filter((message) => message.id !== run?.turn.message.id)
      .map((message) => this.#turn(message));
    this.#set(run ? [...turns, run.turn] : turns);
    for (const turn of turns) {
      if (turn.running) this.#follow(new Run(turn), async () => ({ conversation: conversation.id }));
      else turn.finish();
    }
    this.#suggest(this.last);
    this.last?.element.scrollIntoView({ block: "start" });
  }

  /**
   * Show one answer, to be read only.
   * @param {Object} answer
   */
  showAnswer(answer) {
    this.id = "";
    const given = JSON.parse(answer.receipt.settings.filters ?? "{}");
    const filters = { ...given, publisher: given.publisher ?? [], article: given.article ?? [] };
    const message = {
      id: "",
      question: answer.question,
      standalone_question: answer.standalone_question,
      filters,
      status: "done",
      answer,
    };
    const turn = new Turn(message, this.#actions());
    turn.readOnly = true;
    this.#set([turn]);
    turn.finish();
    this.#suggest(turn);
  }

  /**
   * Ask a question.
   * @param {string} question
   * @param {{filters?: Object, standalone?: string, replaces?: string}} [how]
   */
  async ask(question, { filters = this.#hooks.filters(), standalone, replaces } = {}) {
    if (this.#busy()) return;
    const former = this.#turns;
    const at = replaces ? former.findIndex((turn) => turn.message.id === replaces) : -1;
    const turn = this.#turn({
      id: "",
      question,
      filters,
      standalone_question: standalone ?? null,
      status: "running",
      answer: null,
      feedback: null,
      replaces: replaces ?? null,
    });
    turn.request = {
      question,
      ...bodyOf(filters),
      ...(standalone && { standalone_question: standalone }),
      ...(replaces && { replaces }),
    };
    this.last?.clearOffer();
    this.#set([...(at < 0 ? former : former.slice(0, at)), turn]);
    reveal(turn.element, "start");
    await this.#post(turn);
  }

  /** Ask the question of `turn` again. */
  async regenerate(turn) {
    if (this.#busy() || !turn.message.id) return;
    const at = this.#turns.indexOf(turn);
    const next = this.#turn({
      ...turn.message,
      id: "",
      status: "running",
      answer: null,
      feedback: null,
      replaces: turn.message.id,
    });
    next.regenerates = turn.message.id;
    // What came after it rests on the former answer, and goes with it.
    this.#set([...this.#turns.slice(0, at), next]);
    reveal(next.element, "start");
    await this.#post(next);
  }

  /** Stop the answer that is on its way. */
  stop() {
    const run = this.#runs.get(this.id);
    run?.stop();
    return Boolean(run);
  }

  /** Send `turn`; a conversation is made for it where there is none. */
  #post(turn) {
    const key = newKey();
    let { id } = this;
    const run = new Run(turn);
    return this.#follow(run, async () => {
      if (!id) {
        id = (await api.create(key)).id;
        this.#runs.delete("");
        this.#runs.set(id, run);
        if (this.#turns.includes(turn)) {
          this.id = id;
          this.#hooks.onCreated(id);
        }
      }
      const path = turn.regenerates ? api.regeneratePath(id, turn.regenerates) : api.messagesPath(id);
      return { conversation: id, path, body: turn.request ?? {} };
    });
  }

  async #follow(run, prepare) {
    const { turn } = run;
    this.#runs.set(this.id, run);
    this.#hooks.onRunning();
    await run.go(prepare).finally(() => {
      for (const [id, one] of this.#runs) if (one === run) this.#runs.delete(id);
      this.#hooks.onRunning();
    });
    this.#hooks.onChanged();
    if (turn === this.last) this.#suggest(turn);
  }

  async #suggest(turn) {
    if (!turn?.answer) return;
    try {
      turn.offer(await api.suggestions(turn.answer.id));
    } catch (error) {
      // They are an extra: without them the answer is whole.
      if (!(error instanceof Failure)) throw error;
    }
  }

  #busy() {
    if (this.running) toast("An answer is on its way: stop it first, or wait.");
    return this.running;
  }

  #turn(message) {
    return new Turn(message, this.#actions());
  }

  #actions() {
    return {
      ...this.#hooks.answerActions,
      titleOf: this.#hooks.titleOf,
      ask: (question, filters) => this.ask(question, { filters }),
      regenerate: (turn) => this.regenerate(turn),
      edit: (turn, question) =>
        this.ask(question, { filters: turn.message.filters, replaces: turn.message.id || undefined }),
      rephrase: (turn, standalone) =>
        this.ask(turn.message.question, {
          filters: turn.message.filters,
          standalone,
          replaces: turn.message.id || undefined,
        }),
      retry: (turn) => this.#retry(turn),
      keepFormer: () => this.#hooks.reload(),
    };
  }

  /** Ask once more what failed: in its place, as a new request. */
  async #retry(turn) {
    if (this.#busy()) return;
    const { message } = turn;
    const next = this.#turn({ ...message, id: "", status: "running", answer: null, error: null });
    next.request = turn.request ?? {
      question: message.question,
      ...bodyOf(message.filters),
      ...(message.replaces && { replaces: message.replaces }),
    };
    // A message that the server has already is asked again in its place, or in the place of the one it was to replace.
    next.regenerates = turn.regenerates ?? (message.replaces ? undefined : message.id || undefined);
    this.#set(this.#turns.map((one) => (one === turn ? next : one)));
    await this.#post(next);
  }

  #set(turns) {
    this.#turns = turns;
    // Elements that stay are not taken out and put back, which would lose focus and scroll.
    const wanted = turns.map((turn) => turn.element);
    const focused = this.#element.contains(document.activeElement);
    for (const child of [...this.#element.children]) if (!wanted.includes(child)) child.remove();
    wanted.forEach((element, index) => {
      if (this.#element.children[index] !== element)
        this.#element.insertBefore(element, this.#element.children[index] ?? null);
    });
    // What had the focus is gone: it goes to what came in its place.
    if (focused && !this.#element.contains(document.activeElement)) this.last?.element.focus({ preventScroll: true });
    this.#hooks.onTurns();
  }
}

/** The messages of a conversation without those in whose place one is being answered. */
function standing(messages) {
  const running = messages.find((one) => one.status === "running" && one.replaces);
  const at = running ? messages.findIndex((one) => one.id === running.replaces) : -1;
  return at < 0 ? messages : [...messages.slice(0, at), running];
}
