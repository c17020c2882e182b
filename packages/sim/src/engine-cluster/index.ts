export * from './engine-cluster.ts'
export * from './engine-node.ts'
