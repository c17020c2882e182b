/**
 * Node drivers: a directory as a disk, log and snapshot files, TCP links, time.
 *
 * @packageDocumentation
 */
export { nodeDisk } from './disk/node-disk.ts'
export type { NodeDisk } from './disk/node-disk.ts'
export { openNodeStorage } from './disk/node-storage.ts'
export type { NodeStorage, NodeStorageOptions } from './disk/node-storage.ts'
export * from './net/frame-splitter.ts'
export type { LinkIdentity } from './net/link-protocol.ts'
export { listen } from './net/sockets.ts'
export type { SocketAddress } from './net/sockets.ts'
export type { TcpTransportOptions } from './net/tcp-options.ts'
export { tcpTransport } from './net/tcp-transport.ts'
export type { TcpTransport } from './net/tcp-transport.ts'
export { nodeEnvironment } from './node-environment.ts'
