/** CASPaxos, a register that is replicated without a log, as in Rystsov's *CASPaxos* (2018): step numbers are those of its protocol. */
export * from './change.ts'
export * from './proposer.ts'
export * from './rules.ts'
