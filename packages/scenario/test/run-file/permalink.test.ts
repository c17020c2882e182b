import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compact, expand } from '../../src/run-file/compaction.ts'
import { decodeRun, encodeRun } from '../../src/run-file/index.ts'

const text = `format 1
run raft mvcc seed 417
replicas 3
clients 2
operations 40
chaos 2400ms
at 812ms isolate target=leader direction=both silent=true duration=400ms
at 900ms crash target=2 moment=sync downtime=40ms
`

describe('a permalink', () => {
  it('is short, and made of what an address may have', () => {
    const link = encodeRun(text)
    expect(link).toMatch(/^[\w-]+$/)
    expect(link.length).toBeLessThan(text.length / 2)
    expect(decodeRun(link)).toBe(text)
  })

  it('gives any text back', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (any) => decodeRun(encodeRun(any)) === any))
    for (const any of ['', 'a', 'ab', 'abc', '\uFEFFbom', 'aaaaaaaaaaaaaaaaaaaaaaaa', text.repeat(50)]) {
      expect(decodeRun(encodeRun(any))).toBe(any)
    }
  })

  it('is refused if it is damaged, in words', () => {
    const link = encodeRun(text)
    expect(() => decodeRun('')).toThrow(
      'this is no link to a run: it has characters that no such link has, or too few',
    )
    expect(() => decodeRun(`${link}!`)).toThrow('characters that no such link has')
    expect(() => decodeRun(`B${link.slice(1)}`)).toThrow('it is of version')
    for (let end = 8; end < link.length; end++) {
      expect(() => decodeRun(link.slice(0, end))).toThrow('this is no link to a run')
    }
    for (let i = 2; i < link.length - 1; i++) {
      const other = link[i] === 'A' ? 'B' : 'A'
      expect(() => decodeRun(link.slice(0, i) + other + link.slice(i + 1))).toThrow(
        'this is no link to a run',
      )
    }
  })
})

describe('compaction', () => {
  it('gives any bytes back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300, max: 3 }), (bytes) => {
        expect(expand(compact(bytes), 300)).toEqual(bytes)
      }),
    )
  })

  it('does not become longer than it may, whatever it is given', () => {
    const bomb = Uint8Array.of(1, 65, 255, 255, 255, 127, 1, 0)
    expect(expand(bomb, 1000)).toBeUndefined()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30 }), (bytes) => (expand(bytes, 1000)?.length ?? 0) <= 1000),
      { numRuns: 1000 },
    )
  })
})
