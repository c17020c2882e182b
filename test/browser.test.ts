import { describe, expect, it } from 'vitest'
import { runSeed } from 'quorate'
import { bundlePage } from './browser/bundle.ts'
import { findChromium, openPage } from './browser/chromium.ts'

const chromium = findChromium()

describe('in a browser', () => {
  const name = 'the same seeds give the same runs as here'
  if (chromium === undefined) return it.skip(`${name} (skipped: no Chromium on this machine)`)
  it(
    name,
    async () => {
      const text = await openPage(chromium, await bundlePage('page.ts'))
      const lines = text.trim().split('\n')
      expect(lines).toHaveLength(12)
      for (const line of lines) {
        const [engine, machine, seed, hash] = line.split(' ')
        const { report } = runSeed({ engine: engine!, machine: machine! }, Number(seed))
        expect(report.ok).toBe(true)
        expect(hash, `${engine} with ${machine}, seed ${seed}`).toBe(report.traceHash)
      }
    },
    180_000,
  )
})
