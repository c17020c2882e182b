import type { Random } from '../random/random.ts'
import { type ClientHost, SimClient } from './client.ts'
import type { PlannedCall } from './planned-call.ts'

/** Clients of an open system have numbers that far apart for the operations whose end they do not learn. */
const stride = 1_000_000

/**
 * Calls that come at times of their own, whatever has been answered: an open system, as many independent users are.
 * (Clients that wait for answers make a slow cluster look better than it is: they call less.) Each call is made by a
 * client that has none under way, so that a client in the history still does one thing at a time; and by one that has
 * looked up who leads.
 */
export class Arrivals {
  private readonly host: ClientHost
  private readonly calls: Iterator<PlannedCall>
  private readonly random: Random
  private readonly idle: SimClient[] = []
  /** The next call to be made. */
  private next: PlannedCall | undefined
  private clients = 0
  private isStopped = false

  /** `calls`: in the order of their times, whoever makes them. */
  constructor(host: Omit<ClientHost, 'rested'>, calls: Iterator<PlannedCall>, random: Random) {
    this.host = { ...host, rested: (client) => this.idle.push(client) }
    this.calls = calls
    this.random = random
  }

  start(): void {
    this.advance()
    this.wait()
  }

  /** No further calls come. */
  stop(): void {
    this.isStopped = true
  }

  private advance(): void {
    const next = this.calls.next()
    this.next = next.done === true ? undefined : next.value
  }

  private wait(): void {
    if (this.next !== undefined)
      this.host.cluster.scheduler.at(timeOf(this.next), 'client', undefined, this.arrive)
  }

  /** Makes every call whose time has come: those of one step of time reach a replica within one turn. */
  private readonly arrive = (): void => {
    const { now } = this.host.cluster.scheduler
    for (; !this.isStopped && this.next !== undefined && timeOf(this.next) <= now; this.advance()) {
      this.make(this.next)
    }
    if (!this.isStopped) this.wait()
  }

  private make(call: PlannedCall): void {
    const client = this.idle.pop() ?? this.newClient()
    client.prefer(this.host.cluster.leader)
    this.host.planned({ at: call.at, client: client.first, serial: call.serial })
    client.act(call)
  }

  private newClient(): SimClient {
    this.clients += 1
    return new SimClient(this.clients, stride, this.host, this.random.split('calls'), [].values())
  }
}

/** Microseconds. */
function timeOf({ at }: PlannedCall): number {
  return Math.round(at * 1000)
}
