// Single-decree Paxos. README.md says what to build.
//
// Everything here is a function of what it is given: no clock, no randomness, no variables outside. A state is plain
// data (objects, arrays, strings, numbers, true, false, null) of whatever form you like. So is what you put on a disk.

/** @typedef {import('./types.js').Ballot} Ballot */

export const acceptor = {
  /**
   * The state of an acceptor that starts.
   * @param {number} id
   * @param {any} disk what it persisted last; null if it never did
   */
  start(id, disk) {
    return {}
  },

  /**
   * @param {any} state
   * @param {import('./types.js').AcceptorEvent} event
   * @returns {{ state: unknown, effects: import('./types.js').Effect[] }}
   */
  on(state, event) {
    return { state, effects: [] }
  },
}

export const proposer = {
  /**
   * The state of a proposer that starts.
   * @param {number} id
   * @param {number[]} acceptors the ids of all acceptors
   * @param {any} disk what it persisted last; null if it never did
   */
  start(id, acceptors, disk) {
    return {}
  },

  /**
   * @param {any} state
   * @param {import('./types.js').ProposerEvent} event
   * @returns {{ state: unknown, effects: import('./types.js').Effect[] }}
   */
  on(state, event) {
    return { state, effects: [] }
  },
}
