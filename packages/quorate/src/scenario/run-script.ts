import { QuorateError } from '@quorate/core'
import {
  enginesOf,
  itfOf,
  mermaidOf,
  parseScenario,
  type RecordedRun,
  runCcf,
  runScenario,
  type ScenarioFailure,
  shivizOf,
} from '@quorate/scenario'
import { knownEngine } from '../registry/engines.ts'

/** In which form a run is shown. */
export const scriptFormats = ['transcript', 'mermaid', 'shiviz', 'itf'] as const
export type ScriptFormat = (typeof scriptFormats)[number]

/** What `quorate scenario` is asked to do. */
export interface ScriptOptions {
  /** Default: what the script's header names first, or else `raft`. */
  readonly engine?: string | undefined
  readonly format: ScriptFormat
  /** Is the script one of CCF's? */
  readonly ccf: boolean
}

/** What came of a script. */
export interface ScriptRun {
  readonly ok: boolean
  readonly engine: string
  /** How many expectations held. */
  readonly met: number
  readonly failures: readonly ScenarioFailure[]
  /** The run in the form that was asked for. */
  readonly text: string
}

/** @throws QuorateError `USAGE` for a script or an option that cannot be used, with the line that is wrong */
export function runScript(script: string, options: ScriptOptions): ScriptRun {
  return options.ccf ? runCcfScript(script, options) : runOwnScript(script, options)
}

function runOwnScript(script: string, { engine, format }: ScriptOptions): ScriptRun {
  const scenario = parseScenario(script)
  const name = engine ?? enginesOf(scenario)[0] ?? 'raft'
  const result = runScenario(scenario, { engine: knownEngine(name) })
  const text = format === 'transcript' ? `${result.transcript.join('\n')}\n` : drawn(result, format)
  return { ok: result.ok, engine: name, met: result.met, failures: result.failures, text }
}

function runCcfScript(script: string, { engine = 'raft', format }: ScriptOptions): ScriptRun {
  if (format === 'transcript') {
    throw new QuorateError('USAGE', 'a script in the format of CCF has no transcript; give --format mermaid')
  }
  const result = runCcf(script, { engine: knownEngine(engine) })
  return {
    ok: result.ok,
    engine,
    met: result.met,
    failures: result.failures,
    text: drawn(result, format),
  }
}

function drawn(run: RecordedRun, format: Exclude<ScriptFormat, 'transcript'>): string {
  if (format === 'mermaid') return mermaidOf(run)
  if (format === 'shiviz') return shivizOf(run)
  return `${JSON.stringify(itfOf(run), undefined, 1)}\n`
}
