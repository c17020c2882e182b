import { type ChildProcess, spawn } from 'node:child_process'
import { type NodeId, QuorateError } from '@quorate/core'
import { program } from '../program.ts'

/** How to start one replica as a process: the options of `quorate serve`. */
export interface ReplicaProcessOptions {
  readonly id: NodeId
  readonly engine: string
  readonly machine: string
  readonly directory: string
  readonly clientPort: number
  /** Every replica's address for the others, this one's included. */
  readonly peers: ReadonlyMap<NodeId, string>
  readonly cluster: string
}

/** How long a replica may take to stop, milliseconds. */
const stopPatience = 5000

/** A replica in a process of its own. It ends itself when this process goes away. */
export class ReplicaProcess {
  readonly options: ReplicaProcessOptions
  private child: ChildProcess | undefined
  private ended: Promise<void> = Promise.resolve()

  constructor(options: ReplicaProcessOptions) {
    this.options = options
  }

  get id(): NodeId {
    return this.options.id
  }

  /** Starts it; resolves when it serves. Rejects with what it says if it cannot. */
  start(): Promise<void> {
    const child = spawn(process.execPath, [...process.execArgv, program, 'serve', ...this.arguments()], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    this.child = child
    this.ended = new Promise((resolve) => child.once('close', () => resolve()))
    let complaint = ''
    child.stderr?.on('data', (text: Uint8Array) => {
      complaint = (complaint + String(text)).slice(-4000)
    })
    return new Promise((resolve, reject) => {
      child.once('message', () => resolve())
      child.once('error', reject)
      child.once('close', (code, signal) => {
        const said = complaint.trim().replace(/^quorate: /, '')
        const why = said === '' ? `it ended with ${signal ?? `code ${code}`} before it served` : said
        reject(new QuorateError('STOPPED', `replica ${this.id} (${this.options.engine}): ${why}`))
      })
    })
  }

  /** SIGKILL: no chance to say goodbye. Resolves when it is gone. */
  kill(): Promise<void> {
    this.child?.kill('SIGKILL')
    return this.ended
  }

  /** SIGTERM, and SIGKILL if it takes too long. Resolves when it is gone. */
  async stop(): Promise<void> {
    this.child?.kill('SIGTERM')
    const late = setTimeout(() => this.child?.kill('SIGKILL'), stopPatience)
    await this.ended
    clearTimeout(late)
  }

  private arguments(): string[] {
    const { id, engine, machine, directory, clientPort, peers, cluster } = this.options
    const list = [...peers].map(([peer, address]) => `${peer}=${address}`).join(',')
    const identity = ['--id', String(id), '--engine', engine, '--machine', machine, '--cluster', cluster]
    return identity.concat('--directory', directory, '--client-port', String(clientPort), '--peers', list)
  }
}
