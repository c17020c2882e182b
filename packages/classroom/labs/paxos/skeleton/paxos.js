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
    return { id, disk }
  },

  /**
   * @param {any} state
   * @param {import('./types.js').AcceptorEvent} event
   * @returns {{ state: unknown, effects: import('./types.js').Effect[] }}
   */
  on(state, event) {
    switch (event.type) {
      case 'prepare': // phase 1 (b) begins here
      case 'accept': // phase 2 (b) begins here
      default:
        return { state, effects: [] }
    }
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
    return { id, acceptors, disk }
  },

  /**
   * @param {any} state
   * @param {import('./types.js').ProposerEvent} event
   * @returns {{ state: unknown, effects: import('./types.js').Effect[] }}
   */
  on(state, event) {
    switch (event.type) {
      case 'propose': // phase 1 (a) begins here
      case 'promise': // with enough of them, phase 2 (a)
      case 'accepted': // with enough of them, the decision
      case 'refused':
      default:
        return { state, effects: [] }
    }
  },
}
