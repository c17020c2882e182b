import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mvcc } from '@quorate/mvcc'
import { formatRun, parseRun, runFileOf } from '@quorate/scenario'
import { simulate } from '@quorate/sim'
import { zab } from '@quorate/zab'
import { mvccWorkload, runReplay } from 'quorate'
import { describe, expect, it } from 'vitest'
import { storm } from './support/storm.ts'

const rule = 'leadWithoutQuorum'

/** A run file in which leaders are cut off and, by a mistake, lead on. */
function failingRun(): string {
  const plan = storm(1, 8000, [{ kind: 'isolate', target: 'leader', every: 1000, from: 500, to: 2500 }])
  const { scenario } = simulate({
    engine: zab({ unsafe: { [rule]: true } }),
    machine: mvcc(),
    workload: mvccWorkload,
    seed: 1,
    replicas: 3,
    faults: 'none',
    scenario: { chaos: 8000, operations: 300, finalPowerCut: false, livenessPhase: true, plan },
  })
  return formatRun(
    runFileOf({ engine: 'zab', options: { [`unsafe.${rule}`]: true }, machine: 'mvcc' }, scenario),
  )
}

/** `quorate replay`: its exit code, and what it prints. */
function replay(
  file: string,
  more: { shrink?: boolean; output?: string } = {},
): { code: number; lines: string[] } {
  const lines: string[] = []
  const options = { engine: 'raft', machine: 'mvcc', last: 5, ...more }
  const code = runReplay(file, options, { line: (text) => lines.push(text), progress: () => {} })
  return { code, lines }
}

const eventsIn = (lines: readonly string[]): number =>
  Number(lines.map((line) => /^after [\d.]+ ms: (\d+) events/.exec(line)?.[1]).find(Boolean))

describe('quorate replay --shrink', () => {
  it('makes a run small that fails long after things went wrong, and writes it to a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'quorate-replay-'))
    try {
      const [file, output] = [join(folder, 'full.run'), join(folder, 'small.run')]
      writeFileSync(file, failingRun())
      const full = replay(file)
      const small = replay(file, { shrink: true, output })
      expect([full.code, small.code]).toEqual([1, 1])
      expect(eventsIn(small.lines)).toBeLessThanOrEqual(eventsIn(full.lines) / 5)
      expect(small.lines[1]).toMatch(/^liveness: \d+ ms after .* does not follow the leader/)
      const { notes, scenario } = parseRun(readFileSync(output, 'utf8'))
      expect(notes.at(-1)).toBe(`shrunk from seed 1: ${eventsIn(full.lines)} events`)
      expect(scenario.plan.length).toBeLessThanOrEqual(2)
      expect(replay(output)).toEqual(small)

      writeFileSync(
        output,
        readFileSync(output, 'utf8').replace(`unsafe.${rule}=true`, `unsafe.${rule}=false`),
      )
      expect(replay(output).code).toBe(0)
      expect(() => replay(output, { shrink: true })).toThrow('does not fail: there is nothing to shrink')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
