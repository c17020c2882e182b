/** Single-decree Paxos, as in Lamport's *Paxos Made Simple* (2001): section numbers are that paper's. */
export * from './acceptor.ts'
export * from './ballot.ts'
export * from './learner.ts'
export * from './messages.ts'
export * from './proposer.ts'
export * from './rules.ts'
export * from './turn.ts'
