/**
 * Suites for log stores, snapshot stores, transports, state machines and engines.
 *
 * @packageDocumentation
 */
export type { Random } from '@quorate/sim'
export type { Case, Suite } from './suite/case.ts'
export { ConformanceFailure, type FailureReport } from './suite/failure.ts'
export { type Patience, patienceOf } from './suite/patience.ts'
export { diskSuite } from './disk/disk-suite.ts'
export type { DiskMeans, DiskPlace, DiskSubject } from './disk/subject.ts'
export { engineSuite } from './engine/engine-suite.ts'
export type { EngineSubject } from './engine/subject.ts'
export { logStoreSuite } from './log-store/log-store-suite.ts'
export type { CrashKeep, LogStoreMeans, LogStorePlace, LogStoreSubject } from './log-store/subject.ts'
export { machineSuite } from './machine/machine-suite.ts'
export type { MachineSubject } from './machine/subject.ts'
export { snapshotStoreSuite } from './snapshot-store/snapshot-store-suite.ts'
export type {
  SnapshotStoreMeans,
  SnapshotStorePlace,
  SnapshotStoreSubject,
} from './snapshot-store/subject.ts'
export type { TransportMeans, TransportNet, TransportSubject } from './transport/subject.ts'
export { transportSuite } from './transport/transport-suite.ts'
