import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { checkHistory } from '../src/index.ts'

const root = fileURLToPath(new URL('../../../../shared/vectors/', import.meta.url))
const absent = existsSync(root) ? '' : ' (skipped: ../shared/vectors is absent)'

interface Case {
  readonly file: string
  readonly model: string
  readonly verdict: string
}

function porcupine(): Case[] {
  const verdicts = JSON.parse(readFileSync(`${root}porcupine/verdicts.json`, 'utf8')) as Record<
    string,
    string
  >
  return Object.entries(verdicts).map(([file, verdict]) => {
    return { file: `porcupine/${file}`, model: file.startsWith('kv/') ? 'kv' : 'cas-register', verdict }
  })
}

function knossos(folder: 'good' | 'bad'): Case[] {
  const path = `knossos/cas-register/${folder}`
  const verdict = folder === 'good' ? 'linearizable' : 'not linearizable'
  return readdirSync(root + path).map((file) => ({ file: `${path}/${file}`, model: 'cas-register', verdict }))
}

function judge({ file, model }: Case, initial?: number): ReturnType<typeof checkHistory> {
  return checkHistory(
    readFileSync(root + file, 'utf8'),
    file,
    model,
    initial === undefined ? {} : { initial },
  )
}

describe.skipIf(absent !== '')(`published histories${absent}`, () => {
  const cases = absent === '' ? [...porcupine(), ...knossos('good'), ...knossos('bad')] : []

  test.each(cases)('$file is $verdict', (one) => {
    expect(judge(one).verdict).toBe(one.verdict)
  })

  test('there are 52 etcd logs, 4 key-value logs and 59 register histories', () => {
    const count = (start: string): number => cases.filter(({ file }) => file.startsWith(start)).length
    expect([count('porcupine/jepsen'), count('porcupine/kv'), count('knossos')]).toEqual([52, 4, 59])
  })

  test('all of them take fewer than a million steps', async ({ annotate }) => {
    const start = performance.now()
    const steps = cases.reduce((sum, one) => sum + judge(one).steps, 0)
    await annotate(`${cases.length} histories: ${steps} steps, ${Math.round(performance.now() - start)} ms`)
    expect(steps).toBeLessThan(1_000_000)
  })
})
