import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { knownEngine } from 'quorate'
import type { Mutant } from './mutant.ts'
import { multiPaxosMutants } from './multi-paxos-mutants.ts'
import { raftMutants } from './raft-mutants.ts'
import { zabMutants } from './zab-mutants.ts'

const here = new URL('.', import.meta.url)

/** The rules that an engine's scripted tests break: they say so by `unsafe: { rule: isBroken }`. */
function scriptedRules(engine: string): string[] {
  const files = readdirSync(here).filter((file) => file.startsWith(`${engine}-scripted`))
  const texts = files.map((file) => readFileSync(new URL(file, here), 'utf8'))
  return texts.flatMap((text) =>
    [...text.matchAll(/unsafe: \{ (\w+): isBroken \}/g)].map(([, rule]) => rule!),
  )
}

/** Those of `rules` that an engine's tests of known bugs break, each beside the same schedule with the rule kept. */
function knownBugRules(engine: string, rules: readonly string[]): string[] {
  const folder = new URL(`../../packages/${engine}/test/known-bugs/`, import.meta.url)
  if (!existsSync(folder)) return []
  const text = readdirSync(folder)
    .map((file) => readFileSync(new URL(file, folder), 'utf8'))
    .join('\n')
  return rules.filter((rule) => text.includes(`{ ${rule}: true }`))
}

describe.each<[string, readonly Mutant[]]>([
  ['raft', raftMutants],
  ['zab', zabMutants],
  ['multi-paxos', multiPaxosMutants],
])('the mutants of %s', (engine, mutants) => {
  it('are all rules that can be switched off, each found in one way at least', () => {
    const names = knownEngine(engine).options?.filter((name) => name.startsWith('unsafe.')) ?? []
    const rules = names.map((name) => name.slice('unsafe.'.length))
    const scripted = [...scriptedRules(engine), ...knownBugRules(engine, rules)]
    const found = new Set([...mutants.map(({ rule }) => rule), ...scripted])
    expect([...found].toSorted()).toEqual(rules.toSorted())
  })
})
