import { describe, expect, it } from 'vitest'
import { rightSamples } from './right-samples.ts'
import { rules } from './rules/index.ts'
import { typeCycles } from './rules/import-cycles.ts'
import { sampleWith } from './sample.ts'
import { formatViolation } from './violation.ts'
import { wrongSamples } from './wrong-samples.ts'

describe('every rule', () => {
  it('has samples that break it', () => {
    const broken = new Set(wrongSamples.map(({ rule }) => rule))
    expect(rules.map(({ name }) => name).filter((name) => !broken.has(name))).toEqual([])
  })

  for (const { rule, what, changes, at, says } of wrongSamples) {
    it(`${rule} finds: ${what}`, () => {
      const found = rules.find(({ name }) => name === rule)?.check(sampleWith(changes)) ?? []
      const places = found.map(formatViolation)
      expect(places).toEqual([expect.stringContaining(`${at}  ${rule}: `)])
      expect(places[0]).toContain(says)
    })
  }

  for (const { what, changes } of rightSamples) {
    it(`lets pass: ${what}`, () => {
      const workspace = sampleWith(changes)
      expect(rules.flatMap((rule) => rule.check(workspace).map(formatViolation))).toEqual([])
    })
  }
})

describe('cycles of types', () => {
  it('are reported, though allowed', () => {
    const workspace = sampleWith({
      'packages/raft/src/a.ts': "import type { B } from './b.ts'\n",
      'packages/raft/src/b.ts': "import { a } from './a.ts'\n",
    })
    expect(typeCycles(workspace)).toEqual(['raft: a.ts → b.ts → a.ts'])
  })
})
