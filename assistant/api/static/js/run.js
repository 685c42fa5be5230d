/**
 * A message on its way: its stream, and how it is stopped. It goes on while another conversation is looked at.
 */

import { api, Failure, newKey } from "./api.js";
import { follow, persist } from "./stream.js";

const PATIENCE = 3000;

/** @typedef {{conversation: string, path?: string, body?: *}} Place where to POST; without a path it runs already */

export class Run {
  #abort = new AbortController();
  #conversation = "";
  #stopping = false;

  /** @param {import("./turn.js").Turn} turn */
  constructor(turn) {
    this.turn = turn;
  }

  /**
   * Follow it to its end, whatever that is.
   * @param {() => Promise<Place>} prepare may be called again where the connection fails
   * @returns {Promise<void>} once nothing more is to come
   */
  async go(prepare) {
    const { turn } = this;
    const { signal } = this.#abort;
    const onTrouble = (trouble) => turn.trouble(trouble);
    turn.begin();
    try {
      const { conversation, path = "", body = {} } = await persist(prepare, { signal, onTrouble });
      this.#conversation = conversation;
      await follow({
        path,
        body,
        key: newKey(),
        messageId: path ? "" : turn.message.id,
        resume: (id) => api.eventsPath(conversation, id),
        signal,
        onEvent: (event) => turn.apply(event),
        onTrouble,
      });
    } catch (error) {
      if (this.#stopping) turn.apply({ id: "", type: "stopped", data: {} });
      else if (error instanceof Failure) turn.fail(error);
      else throw error;
    }
  }

  /** Stop it: on the server where that has begun, here at once otherwise. */
  async stop() {
    if (this.#stopping) return;
    this.#stopping = true;
    const { id } = this.turn.message;
    try {
      if (!id) throw new Failure("unreachable", "It has not begun.");
      await api.stop(this.#conversation, id);
      // The stream says when it has stopped; where it does not, the reader is not kept waiting.
      setTimeout(() => this.#abort.abort(), PATIENCE);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.#abort.abort();
    }
  }
}
