/** CASPaxos, a register that is replicated without a log, as in Rystsov's *CASPaxos* (2018): section numbers are that paper's. */
export * from './change.ts'
export * from './proposer.ts'
export * from './rules.ts'
