import type { SessionInput, SessionOperation } from '../../src/index.ts'

/**
 * An operation in short, `SESSION OP CALL-RETURN [@ZXID]`: `a x=1 0-1 @7` read 1 in x, `a x:=1` wrote it, `a x=` found x
 * absent, `a x:=` deleted it, `a x=1? 0-1` read with a watch, `a x! 5` is an event, `a sync`. Without a return it never
 * answered: `a x:=1 0-`.
 */
export function op(text: string): SessionOperation {
  const [session, what, times, zxid] = text.split(' ')
  const [call, end] = times!.split('-')
  const { input, output } = parse(what!)
  const isEvent = input.op === 'event'
  return {
    session: session!,
    input,
    output: end === '' ? undefined : output,
    ...(zxid !== undefined && { zxid: Number(zxid.slice(1)) }),
    call: Number(call),
    return: isEvent ? Number(call) : end === '' ? Infinity : Number(end),
  }
}

function parse(what: string): Pick<SessionOperation, 'input' | 'output'> {
  if (what === 'sync') return { input: { op: 'sync' }, output: undefined }
  const [, key, sign, value, watch] = /^(\w+)(:=|=|!)(\w*)(\??)$/.exec(what) ?? []
  if (key === undefined) throw new Error(`not an operation: ${what}`)
  if (sign === '!') return { input: { op: 'event', key }, output: undefined }
  if (sign === '=') {
    const input: SessionInput = { op: 'read', key, ...(watch === '?' && { watch: true }) }
    return { input, output: value === '' ? null : value! }
  }
  if (value === '') return { input: { op: 'delete', key }, output: true }
  return { input: { op: 'write', key, value: value! }, output: undefined }
}

/** Operations separated by semicolons. */
export function history(text: string): SessionOperation[] {
  return text
    .split(';')
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .map(op)
}
