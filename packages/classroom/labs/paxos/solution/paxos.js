// Single-decree Paxos, after Lamport, Paxos Made Simple (2001): section numbers are that paper's.

/** Any two majorities have an acceptor in common. */
const majority = (acceptors) => Math.floor(acceptors.length / 2) + 1

const compare = (a, b) => a.round - b.round || a.proposer - b.proposer
const isHigher = (a, b) => b === null || compare(a, b) > 0

const persist = (disk) => ({ type: 'persist', disk })
const send = (to, message) => ({ type: 'send', to, message })
const nothing = (state) => ({ state, effects: [] })

export const acceptor = {
  start(id, disk) {
    return disk ?? { promised: null, accepted: null }
  },

  on(state, event) {
    if (event.type === 'prepare') return onPrepare(state, event)
    if (event.type === 'accept') return onAccept(state, event)
    return nothing(state)
  },
}

/** Phase 1 (b). */
function onPrepare(state, { from, ballot }) {
  const { promised, accepted } = state
  if (!isHigher(ballot, promised)) return refuse(state, from, ballot)
  const next = { promised: ballot, accepted }
  return { state: next, effects: [persist(next), send(from, { type: 'promise', ballot, accepted })] }
}

/** Phase 2 (b), P1a. */
function onAccept(state, { from, ballot, value }) {
  if (state.promised !== null && isHigher(state.promised, ballot)) return refuse(state, from, ballot)
  const next = { promised: ballot, accepted: { ballot, value } }
  return { state: next, effects: [persist(next), send(from, { type: 'accepted', ballot, value })] }
}

/** The last remark of section 2.2. */
function refuse(state, to, ballot) {
  if (!isHigher(state.promised, ballot)) return nothing(state)
  return { state, effects: [send(to, { type: 'refused', ballot, promised: state.promised })] }
}

export const proposer = {
  start(id, acceptors, disk) {
    return { id, acceptors, round: disk === null ? 0 : disk.round, attempt: null }
  },

  on(state, event) {
    if (event.type === 'propose') return propose(state, event)
    const { attempt } = state
    if (attempt === null || compare(attempt.ballot, event.ballot) !== 0) return nothing(state)
    if (event.type === 'promise') return onPromise(state, event)
    if (event.type === 'accepted') return onAccepted(state, event)
    if (event.type === 'refused') return onRefused(state, event)
    return nothing(state)
  },
}

/** Phase 1 (a), with a number that was never used: it is on the disk before anybody hears of it (section 2.5). */
function propose({ id, acceptors, round: last }, { value }) {
  const round = last + 1
  const ballot = { round, proposer: id }
  const attempt = { phase: 1, ballot, wish: value, answers: {} }
  const requests = acceptors.map((to) => send(to, { type: 'prepare', ballot }))
  return { state: { id, acceptors, round, attempt }, effects: [persist({ round }), ...requests] }
}

/** With the last promise of a majority it goes on to phase 2 (a). */
function onPromise(state, { from, accepted }) {
  const { attempt, acceptors } = state
  if (attempt.phase !== 1) return nothing(state)
  const { ballot, wish } = attempt
  const answers = { ...attempt.answers, [from]: accepted }
  if (Object.keys(answers).length < majority(acceptors)) {
    return nothing({ ...state, attempt: { ...attempt, answers } })
  }
  const value = valueFor(wish, Object.values(answers))
  const next = { ...state, attempt: { phase: 2, ballot, value, by: [] } }
  return { state: next, effects: acceptors.map((to) => send(to, { type: 'accept', ballot, value })) }
}

/** P2c: the value of the highest-numbered proposal among the answers; its own if there is none. */
function valueFor(wish, answers) {
  let highest = null
  for (const accepted of answers) {
    if (accepted !== null && isHigher(accepted.ballot, highest === null ? null : highest.ballot)) {
      highest = accepted
    }
  }
  return highest === null ? wish : highest.value
}

/** Section 2.3: what a majority has accepted is chosen. */
function onAccepted(state, { from }) {
  const { attempt, acceptors } = state
  if (attempt.phase !== 2) return nothing(state)
  const by = [...attempt.by.filter((id) => id !== from), from].sort((a, b) => a - b)
  if (by.length < majority(acceptors)) return nothing({ ...state, attempt: { ...attempt, by } })
  return { state: { ...state, attempt: null }, effects: [{ type: 'decide', value: attempt.value }] }
}

/** It gives up; its next number is to get past what stood in the way. */
function onRefused(state, { promised }) {
  return nothing({ ...state, round: Math.max(state.round, promised.round), attempt: null })
}
