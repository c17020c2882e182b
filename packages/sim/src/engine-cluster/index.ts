export * from './engine-cluster.ts'
export * from './engine-node.ts'
export * from './move.ts'
