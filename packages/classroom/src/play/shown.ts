/** What is shown of a scene: what the lessons so far have words for. */
export interface Shown {
  readonly messages: boolean
  /** What a node is: leader, follower, … */
  readonly roles: boolean
  /** The number of its term, epoch or round. */
  readonly terms: boolean
  /** Paxos' pair of a round and a node. */
  readonly ballots: boolean
  /** Who votes, and for whom. */
  readonly votes: boolean
  readonly logs: boolean
  /** Which entries are known as committed. */
  readonly commits: boolean
  readonly disks: boolean
  readonly timers: boolean
  /** A protocol's own word for what a candidate is doing is shown if one of these is in it. */
  readonly phases: readonly string[]
}

export const everythingShown: Shown = {
  messages: true,
  roles: true,
  terms: true,
  ballots: true,
  votes: true,
  logs: true,
  commits: true,
  disks: true,
  timers: true,
  phases: [''],
}

/** What is shown to a reader who knows these words. */
export function shownTo(words: ReadonlySet<string>): Shown {
  const knows = (...any: readonly string[]): boolean => any.some((word) => words.has(word))
  return {
    messages: knows('message'),
    roles: knows('leader', 'follower', 'candidate'),
    terms: knows('term', 'epoch', 'ballot'),
    ballots: knows('ballot'),
    votes: knows('vote', 'voter'),
    logs: knows('log'),
    commits: knows('commit', 'committed'),
    disks: knows('disk', 'durable', 'fsync'),
    timers: knows('timeout', 'timer', 'election timeout'),
    phases: [...words],
  }
}

/** ` (pre-candidate)`: which kind of candidate a node is, if the protocol has several and there are words for them. */
export function candidateKind(
  { role, phase }: { readonly role: string; readonly phase: string },
  { phases }: Shown,
): string {
  const isKind = role === 'candidate' && phase !== role
  return isKind && phases.some((word) => phase.toLowerCase().includes(word)) ? ` (${phase})` : ''
}
