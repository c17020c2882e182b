import { type NodeId, QuorateError } from '@quorate/core'
import { Command, InvalidArgumentError } from 'commander'
import { engineNamed, engineNames } from '../registry/engines.ts'
import { machineNamed } from '../registry/machines.ts'
import { startNodeReplica } from '../service/node-replica.ts'
import { wholeNumber } from './numbers.ts'

interface ServeOptions {
  readonly id: NodeId
  readonly engine: string
  readonly machine: string
  readonly cluster: string
  readonly directory: string
  readonly peers: ReadonlyMap<NodeId, Address>
  readonly clientPort: number
  readonly clientHost: string
}

interface Address {
  readonly host: string
  readonly port: number
}

/** `quorate serve`: one replica in this process, until it is told to stop. */
export function serveCommand(): Command {
  return new Command('serve')
    .description('run one replica: log and snapshots in a directory, peers and clients over TCP')
    .requiredOption('--id <n>', 'this replica', wholeNumber(1, 0xffff_ffff))
    .requiredOption('--peers <list>', 'every replica, this one included: 1=HOST:PORT,2=HOST:PORT,…', peerList)
    .requiredOption('--directory <dir>', 'where its log and snapshots are; made if it is not there')
    .requiredOption('--client-port <n>', 'where clients connect', wholeNumber(0, 65_535))
    .option('--client-host <host>', 'the address to listen on for clients', '127.0.0.1')
    .option('--engine <name>', engineNames.join(', '), 'raft')
    .option('--machine <name>', 'mvcc or znode', 'mvcc')
    .option(
      '--cluster <name>',
      'the cluster that it belongs to; a directory of another one is refused',
      'quorate',
    )
    .action((options: ServeOptions) => serve(options))
}

async function serve(options: ServeOptions): Promise<void> {
  // A parent that started this process and is gone must not leave it behind, not even while it starts.
  const orphaned = (): never => process.exit(1)
  process.once('disconnect', orphaned)
  process.channel?.unref() // it must not keep a process alive that could not start
  const { id, peers, directory, cluster } = options
  const address = peers.get(id)
  if (address === undefined)
    throw new QuorateError('USAGE', `--peers does not name replica ${id} itself (--id)`)
  const replica = await startNodeReplica({
    self: id,
    cluster,
    engine: engineNamed(options.engine),
    machine: machineNamed(options.machine),
    directory,
    peers,
    client: { host: options.clientHost, port: options.clientPort },
    onFatal: (error) => {
      console.error(`quorate: replica ${id} stopped itself: ${error.message}`)
      process.exit(1)
    },
  })
  const stop = (): void => void replica.stop().then(() => process.exit(0))
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  process.off('disconnect', orphaned)
  process.once('disconnect', stop)
  process.send?.({ serving: id })
  console.log(
    `replica ${id} (${options.engine}, ${options.machine}) serves clients on port ${replica.clientPort}`,
  )
}

function peerList(text: string): ReadonlyMap<NodeId, Address> {
  const peers = new Map<NodeId, Address>()
  for (const item of text.split(',')) {
    const match = /^(\d+)=(.+):(\d+)$/.exec(item.trim())
    const [, id, host, port] = match ?? []
    if (id === undefined || host === undefined || port === undefined || Number(port) > 65_535) {
      throw new InvalidArgumentError(`"${item}" is not of the form ID=HOST:PORT.`)
    }
    peers.set(Number(id), { host, port: Number(port) })
  }
  return peers
}
