import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { program } from 'quorate'

/** What `quorate compare --json` gave, by the number of clients. */
export interface ClusterFigures {
  readonly clients: Readonly<Record<number, unknown>>
}

/** Replica processes with fsync on, writes only, 64 and 512 closed-loop clients. */
export function runClusterBenchmarks(engines: readonly string[]): ClusterFigures {
  const directory = mkdtempSync(join(tmpdir(), 'quorate-bench-'))
  try {
    return { clients: { 64: compare(64, engines, directory), 512: compare(512, engines, directory) } }
  } finally {
    rmSync(directory, { recursive: true })
  }
}

function compare(clients: number, engines: readonly string[], directory: string): unknown {
  const json = join(directory, `${clients}.json`)
  const words = [
    'compare',
    '--workload',
    'write',
    '--clients',
    String(clients),
    '--seconds',
    '10',
    '--json',
    json,
  ]
  if (engines.length > 0) words.push('--engines', engines.join(','))
  const { status } = spawnSync(process.execPath, [program, ...words], { stdio: ['ignore', 2, 'inherit'] })
  if (status !== 0) throw new Error(`quorate ${words.join(' ')} ended with ${status}`)
  return JSON.parse(readFileSync(json, 'utf8')) as unknown
}
