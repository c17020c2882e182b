/** Fast Paxos for one decision, as in Lamport's *Fast Paxos* (2006): section numbers are that paper's. */
export * from './acceptor.ts'
export * from './coordinator.ts'
export * from './learner.ts'
export * from './messages.ts'
export * from './pick-value.ts'
export * from './rounds.ts'
export * from './rules.ts'
