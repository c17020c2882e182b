export * from './log-store.ts'
export type { RecoveryReport } from './log-recovery.ts'
export type { StoreIdentity } from './store-identity.ts'
export * from './snapshot-store.ts'
