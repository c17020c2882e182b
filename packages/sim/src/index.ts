/**
 * A deterministic simulator of engines and replicas.
 *
 * @packageDocumentation
 */
export * from './engine-cluster/index.ts'
