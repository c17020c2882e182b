export * from './memory-log-store.ts'
export { MemoryNetwork } from './memory-network.ts'
export * from './memory-snapshot-store.ts'
