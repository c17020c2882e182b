import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { loadLab } from '../../src/lab/catalogue.ts'
import { partNames } from '../../src/lab/lab.ts'
import { graded, lostIn } from './support/graded.ts'

test('a right implementation of another kind, which changes its states and keeps all of them on disk, gets full marks', async () => {
  const lab = await loadLab('paxos')
  const module = readFileSync(new URL('support/another-solution.mjs', import.meta.url), 'utf8')
  const parts = partNames.filter((part) => part !== 'tests')
  expect(lostIn(await graded(lab, { module, tests: '' }, parts))).toEqual([])
})
