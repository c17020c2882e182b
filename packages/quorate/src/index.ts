/**
 * Quorate for programs: a machine of your own, replicated by any engine, in one process or in several.
 *
 * @packageDocumentation
 */
export {
  ClusterMember,
  type CallOptions,
  type ClusterMemberOptions,
  type IndexedChange,
  type QueryOptions,
} from './embedding/cluster-member.ts'
export { type MachineSpec, defineMachine } from './embedding/define-machine.ts'
export { plainCodec } from './embedding/plain-codec.ts'
export { Cluster, type ClusterOptions, startCluster } from './embedding/start-cluster.ts'
export { type ReplicaSettings, startReplica } from './embedding/start-replica.ts'
export { lessonParts } from './lesson/lesson-parts.ts'
export { program } from './program.ts'
export { type KnownEngine, knownEngine } from './registry/engines.ts'
export * from './sim/index.ts'
