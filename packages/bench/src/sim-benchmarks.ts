import { cpus } from 'node:os'
import { simulatedEngine } from 'quorate'
import { type SimFigure, type SimSetting, benchmarkSim, cloud, dataCentre } from './sim-benchmark.ts'
import { compactionEvery, keyCount, valueBytes } from './sim-workload.ts'

/** Entries kept behind a snapshot: the most that `quorate sim` draws. */
const compactionTail = 1000

/** Figures, the settings behind them, and what they were made on. */
export interface SimFigures {
  readonly node: string
  readonly cpu: string | undefined
  readonly settings: Readonly<Record<string, unknown>>
  readonly figures: readonly SimFigure[]
}

const raft = simulatedEngine('raft', { compactionTail })
const zab = simulatedEngine('zab', { compactionTail })
/** Stops and waits, as many servers do: while an append is under way the next batch gathers. */
const unpipelined = simulatedEngine('raft', { compactionTail, maxInflightMessages: 1 })

const rows: readonly SimSetting[] = [
  { name: 'raft', engine: raft, rate: 1000, faults: 'none' },
  { name: 'raft, one append at a time', engine: unpipelined, rate: 1000, faults: 'none' },
  { name: 'zab', engine: zab, rate: 1000, faults: 'none' },
  { name: 'raft, cloud', engine: raft, rate: 1000, faults: 'none', place: cloud },
  {
    name: 'raft, one append at a time, cloud',
    engine: unpipelined,
    rate: 1000,
    faults: 'none',
    place: cloud,
  },
  { name: 'zab, cloud', engine: zab, rate: 1000, faults: 'none', place: cloud },
  { name: 'raft', engine: raft, rate: 10_000, faults: 'none' },
  { name: 'raft', engine: raft, rate: 1000, faults: 'all' },
  { name: 'zab', engine: zab, rate: 1000, faults: 'all' },
]

/** Five replicas with their real stores in virtual time, clients that put 64 bytes each, every invariant checked. */
export function runSimBenchmarks(engines: readonly string[]): SimFigures {
  const isMeant = ({ engine }: SimSetting): boolean =>
    engines.length === 0 || engines.includes(engine.definition.name)
  const unknown = engines.find((name) => !rows.some(({ engine }) => engine.definition.name === name))
  if (unknown !== undefined) throw new Error(`unknown engine "${unknown}"; there is: raft, zab`)
  const figures = rows.filter(isMeant).map((row) => {
    const figure = benchmarkSim(row, { seconds: 60_000 / row.rate })
    console.error(`${row.name}, ${row.rate} operations/s, faults ${row.faults}: ${figure.ratio} × real time`)
    return figure
  })
  const settings = { replicas: 5, keyCount, valueBytes, compactionEvery, compactionTail, dataCentre, cloud }
  return { node: process.version, cpu: cpus()[0]?.model.trim(), settings, figures }
}
