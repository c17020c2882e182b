/** Kinds of actions. A number, because a search handles millions of them: the kind, and above it what it is about. */
export const actionKinds = [
  'deliver',
  'timeout',
  'persist',
  'propose',
  'read',
  'crash',
  'start',
  'cut',
  'heal',
  'drop',
  'duplicate',
  'snapshot',
] as const

export type ActionKind = (typeof actionKinds)[number]

const kindBits = 4
const smallBits = 8
const smallMask = (1 << smallBits) - 1

export const kindNumber: Readonly<Record<ActionKind, number>> = Object.fromEntries(
  actionKinds.map((kind, i) => [kind, i]),
) as Record<ActionKind, number>

/** An action about the flight of that number. */
export function flightAction(kind: 'deliver' | 'drop' | 'duplicate', flight: number): number {
  return kindNumber[kind] + flight * 2 ** kindBits
}

/** An action at a node, or between two; `detail` is the number of a timer, or of writes kept. */
export function nodeAction(
  kind: Exclude<ActionKind, 'deliver' | 'drop' | 'duplicate'>,
  node: number,
  detail = 0,
): number {
  return kindNumber[kind] + ((detail << smallBits) | node) * 2 ** kindBits
}

export function kindOf(action: number): ActionKind {
  return actionKinds[action & ((1 << kindBits) - 1)]!
}

export function flightOf(action: number): number {
  return Math.floor(action / 2 ** kindBits)
}

export function nodeOf(action: number): number {
  return (action >> kindBits) & smallMask
}

export function detailOf(action: number): number {
  return action >> (kindBits + smallBits)
}
