import type { RunResult } from '../compare/comparison.ts'
import { formatAlike } from './format-number.ts'

/** One row of the comparison, in the terminal and on the page. */
export interface Metric {
  /** With its unit. Two leading spaces: it belongs to the row above. */
  readonly label: string
  /** One sentence for someone who does not know it. */
  readonly meaning: string
  /** The row's cells, one for each run. */
  readonly cells: (runs: readonly RunResult[]) => readonly string[]
  /** Good or bad, for rows that answer a question. */
  readonly verdict?: (run: RunResult) => Verdict
}

export type Verdict = 'good' | 'bad' | 'open'

function measured(label: string, meaning: string, value: (run: RunResult) => number): Metric {
  return { label, meaning, cells: (runs) => formatAlike(runs.map(value)) }
}

/** Every row, in order. */
export const metrics: readonly Metric[] = [
  measured(
    'commits/s',
    'Operations acknowledged a second during the load, the outage left out.',
    (run) => run.commitsPerSecond,
  ),
  measured(
    'latency p50, ms',
    'Half of all operations were acknowledged within this time.',
    (run) => run.latencyMs.p50,
  ),
  measured(
    'latency p99, ms',
    '99 of 100 operations were acknowledged within it.',
    (run) => run.latencyMs.p99,
  ),
  measured(
    'messages/commit, measured',
    'Messages between replicas for one operation: replicas batch, so fewer than one is usual.',
    (run) => run.messagesPerCommit.measured,
  ),
  measured(
    'messages/commit, predicted',
    'Messages that the protocol needs for one log entry, divided by the mean batch.',
    (run) => run.messagesPerCommit.predicted,
  ),
  measured(
    '  mean batch, entries/message',
    'Log entries in a message that carries any.',
    (run) => run.meanBatch,
  ),
  measured('bytes/commit', 'Bytes between replicas for one operation.', (run) => run.bytesPerCommit),
  measured(
    'fsyncs/commit',
    'Times that any replica made its disk durable, for one operation.',
    (run) => run.fsyncsPerCommit,
  ),
  measured(
    'cold election, ms',
    'From when a quorum of fresh replicas runs until there is a leader.',
    (run) => run.electionMs,
  ),
  measured(
    'leader killed → next commit, ms',
    'How long nobody could be served after the leader was killed.',
    (run) => run.recoveryMs,
  ),
  {
    label: 'linearizable',
    meaning: 'Can the history be explained by one copy of the data that does one operation at a time?',
    cells: (runs) => runs.map((run) => run.linearizable),
    verdict: (run) => ({ yes: 'good', no: 'bad', unknown: 'open' } as const)[run.linearizable],
  },
  measured(
    '  operations checked',
    'Operations in the history that was checked.',
    (run) => run.operationsChecked,
  ),
  {
    label: "replicas' digests equal",
    meaning: 'At the end all replicas, the killed one too, hold the same data at the same index.',
    cells: (runs) => runs.map((run) => (run.digestsEqual ? 'yes' : 'no')),
    verdict: (run) => (run.digestsEqual ? 'good' : 'bad'),
  },
]
