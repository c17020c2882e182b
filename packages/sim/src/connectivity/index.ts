export * from './measure-recovery.ts'
export * from './picture.ts'
export * from './timed-cluster.ts'
