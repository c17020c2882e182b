import type { PlannedCall, PlannedFault } from '@quorate/sim'
import { scriptError, unknownWord } from '../language/problem.ts'
import { type EngineOptions, type OptionValue, isOptionName } from './engine-options.ts'
import { type Field, type FieldValue, describeField, parseField } from './field.ts'
import {
  type Group,
  type Single,
  callFields,
  faultFields,
  groups,
  momentField,
  plannedKinds,
  singles,
} from './fields.ts'
import { defaultOf, runFormat } from './format-run.ts'
import type { RunFile, RunScenario } from './run-file.ts'

const mostFaults = 100_000
const mostCalls = 1_000_000
/** What happens again and again happens no more often. */
const mostPeriods = 100_000
const required: readonly Single[] = ['replicas', 'clients', 'operations', 'chaos']
const statements = ['format', 'run', 'engine', ...Object.keys(singles), ...Object.keys(groups), 'no', 'at']

/** Puts a run together, statement by statement. */
export class RunBuilder {
  private readonly notes: string[] = []
  private readonly seen = new Set<string>()
  private names: { readonly engine: string; readonly machine: string; readonly seed: number } | undefined
  private options: EngineOptions = {}
  private readonly values: Partial<Record<Single, FieldValue>> = {}
  private readonly conditions = new Map<string, object>()
  private readonly plan: PlannedFault[] = []
  private calls: PlannedCall[] | undefined
  private line = 0

  /** A comment that is a line of its own; those before the first statement are kept. */
  note(text: string): void {
    if (this.seen.size === 0) this.notes.push(text)
  }

  statement([word, ...rest]: readonly string[], line: number): void {
    this.line = line
    const first = this.seen.size === 0
    if (first && word !== 'format') throw this.error(`a run file begins with "format ${runFormat}"`)
    if (word === 'at') return this.event(rest)
    if (word === 'disk' || word === 'clock') return this.replicaConditions(word, rest)
    this.once(word!)
    if (word === 'format') return this.format(rest)
    if (word === 'run') return this.run(rest)
    if (word === 'engine') return this.engine(rest)
    if (word === 'no') return this.noCalls(rest)
    if (word === 'network' || word === 'storage') return this.group(word, groups[word], rest)
    if (Object.hasOwn(singles, word!)) return this.single(word as Single, rest)
    throw this.error(unknownWord(word!, 'statement', statements))
  }

  /** `lines`: how many there were, for what is missing at the end. */
  finish(lines: number): RunFile {
    this.line = lines
    if (this.names === undefined)
      throw this.error('the file says nothing of "run ENGINE MACHINE seed NUMBER"')
    for (const name of required) {
      if (this.values[name] === undefined) throw this.error(`the file has no "${name}" statement`)
    }
    const { engine, machine, seed } = this.names
    const scenario = { seed, ...this.singleValues(), ...this.conditionValues(), plan: this.plan }
    return {
      notes: this.notes,
      engine,
      options: this.options,
      machine,
      // Every field was read as its own kind of value.
      scenario: (this.calls === undefined
        ? scenario
        : { ...scenario, calls: this.calls }) as unknown as RunScenario,
    }
  }

  private get replicas(): number {
    const replicas = this.values.replicas
    if (replicas === undefined) throw this.error('"replicas" must come before what names replicas')
    return replicas as number
  }

  private singleValues(): Partial<Record<Single, FieldValue>> {
    const all: Partial<Record<Single, FieldValue>> = {}
    for (const name of Object.keys(singles) as Single[]) {
      const value = this.values[name] ?? defaultOf(name, this.replicas)
      if (value !== undefined) all[name] = value
    }
    return all
  }

  private conditionValues(): object {
    const nodes = Array.from({ length: this.replicas }, (_, i) => i + 1)
    const get = (name: string, { defaults }: Group): object => this.conditions.get(name) ?? { ...defaults }
    return {
      network: get('network', groups.network),
      storage: get('storage', groups.storage),
      disks: nodes.map((node) => get(`disk ${node}`, groups.disk)),
      clocks: nodes.map((node) => get(`clock ${node}`, groups.clock)),
    }
  }

  private format(words: readonly string[]): void {
    const [version] = words
    if (words.length !== 1 || !/^\d{1,9}$/.test(version!))
      throw this.error(`"format ${runFormat}" is expected`)
    if (Number(version) === runFormat) return
    throw this.error(`this is format ${version}, and this version of Quorate reads format ${runFormat}`)
  }

  private run(words: readonly string[]): void {
    const [engine, machine, keyword, text] = words
    const seed = /^\d{1,16}$/.test(text ?? '') ? Number(text) : Number.NaN
    if (words.length !== 4 || keyword !== 'seed' || !Number.isSafeInteger(seed)) {
      throw this.error('"run ENGINE MACHINE seed NUMBER" is expected')
    }
    this.names = { engine: this.name(engine!), machine: this.name(machine!), seed }
  }

  private name(word: string): string {
    if (/^[A-Za-z][\w-]{0,63}$/.test(word)) return word
    throw this.error(`"${word.slice(0, 64)}" is no name of an engine or machine`)
  }

  private engine(words: readonly string[]): void {
    this.options = Object.fromEntries(
      this.pairs(words, isOptionName).map(([name, text]) => [name, optionOf(text)]),
    )
  }

  private single(name: Single, words: readonly string[]): void {
    if (words.length > 1) throw this.error(`"${name}" takes one value`)
    const nodes = singles[name].type === 'nodes' ? this.replicas : 0
    this.values[name] = this.value(name, words[0] ?? '', singles[name], nodes)
  }

  private group(name: string, { fields, defaults }: Group, words: readonly string[]): void {
    const values = { ...defaults, ...this.named(name, words, fields) } as Record<string, number>
    for (const [least, mean] of [
      ['minDelay', 'meanDelay'],
      ['minSync', 'meanSync'],
    ] as const) {
      if (values[mean]! < values[least]!) throw this.error(`${mean} is not below ${least}`)
    }
    this.conditions.set(name, values)
  }

  private replicaConditions(kind: 'disk' | 'clock', [node, ...rest]: readonly string[]): void {
    const number = this.value(kind, node ?? '', { type: 'node' }, this.replicas)
    this.once(`${kind} ${String(number)}`)
    this.group(`${kind} ${String(number)}`, groups[kind], rest)
  }

  private noCalls(words: readonly string[]): void {
    if (words.join(' ') !== 'calls') throw this.error('"no calls" is expected')
    this.calls ??= []
  }

  private event([time, kind, ...rest]: readonly string[]): void {
    const at = this.value('at', time ?? '', momentField, 0) as number
    if (kind === undefined) throw this.error('a kind of fault or "call" is expected after the time')
    if (kind === 'call') return this.call(at, rest)
    const fields = faultFields(kind)
    if (fields === undefined)
      throw this.error(unknownWord(kind, 'kind of fault', ['call', ...plannedKinds()]))
    const values = this.complete(kind, this.named(kind, rest, fields), fields)
    const { period, duration } = values
    if (Number(duration) / Number(period) > mostPeriods) {
      throw this.error(`a duration of more than ${mostPeriods} periods is too long`)
    }
    if (this.plan.length >= mostFaults) throw this.error(`there are more than ${mostFaults} faults`)
    this.plan.push({ at, action: { kind, ...values } as unknown as PlannedFault['action'] })
  }

  private call(at: number, words: readonly string[]): void {
    const clients = this.values.clients
    if (clients === undefined) throw this.error('"clients" must come before calls')
    const fields = callFields(clients as number)
    const { client, serial } = this.complete('call', this.named('call', words, fields), fields)
    this.calls ??= []
    if (this.calls.length >= mostCalls) throw this.error(`there are more than ${mostCalls} calls`)
    this.calls.push({ at, client: client as number, serial: serial as number })
  }

  /** Every field must be there; they come in the order of the fields. */
  private complete(
    what: string,
    values: Readonly<Record<string, FieldValue>>,
    fields: Readonly<Record<string, Field>>,
  ): Record<string, FieldValue> {
    return Object.fromEntries(
      Object.entries(fields).map(([name, field]) => {
        const value = values[name]
        if (value !== undefined) return [name, value]
        throw this.error(`${what} needs ${name}=, ${describeField(field, this.replicas)}`)
      }),
    )
  }

  private named(
    what: string,
    words: readonly string[],
    fields: Readonly<Record<string, Field>>,
  ): Record<string, FieldValue> {
    const isKnown = (name: string): boolean => Object.hasOwn(fields, name)
    const pairs = this.pairs(words, isKnown, (name) =>
      unknownWord(name, `part of ${what}`, Object.keys(fields)),
    )
    return Object.fromEntries(
      pairs.map(([name, text]) => [name, this.value(name, text, fields[name]!, this.replicas)]),
    )
  }

  private pairs(
    words: readonly string[],
    isKnown: (name: string) => boolean,
    problem: (name: string) => string = (name) => `"${name}" is no name of an option`,
  ): [string, string][] {
    const names = new Set<string>()
    return words.map((word) => {
      const split = word.indexOf('=')
      if (split < 1) throw this.error(`name=value is expected, and there is "${word.slice(0, 64)}"`)
      const name = word.slice(0, split)
      if (!isKnown(name)) throw this.error(problem(name))
      if (names.has(name)) throw this.error(`${name}= is there twice`)
      names.add(name)
      return [name, word.slice(split + 1)]
    })
  }

  private value(name: string, text: string, field: Field, replicas: number): FieldValue {
    const value = parseField(text, field, replicas)
    if (value !== undefined) return value
    throw this.error(`${name} is ${describeField(field, replicas)}, and there is "${text.slice(0, 64)}"`)
  }

  private once(word: string): void {
    if (this.seen.has(word)) throw this.error(`"${word}" is there twice`)
    this.seen.add(word)
  }

  private error(problem: string): Error {
    return scriptError(this.line, problem)
  }
}

function optionOf(text: string): OptionValue {
  if (text === 'true' || text === 'false') return text === 'true'
  const number = Number(text)
  return text !== '' && Number.isFinite(number) && /^-?\d/.test(text) ? number : text
}
