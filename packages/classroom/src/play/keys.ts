import type { PlayerCommand, PlayerState } from './player.ts'

/** A key as Node's `readline` names it: `name` of a special one, `sequence` of what it writes. */
export interface Key {
  readonly name?: string | undefined
  readonly sequence?: string | undefined
  readonly ctrl?: boolean | undefined
}

const commands: Readonly<Record<string, PlayerCommand>> = {
  space: { do: 'next' },
  return: { do: 'next' },
  enter: { do: 'next' },
  right: { do: 'next' },
  n: { do: 'next' },
  left: { do: 'back' },
  backspace: { do: 'back' },
  b: { do: 'back' },
  tab: { do: 'moment' },
  j: { do: 'moment' },
  k: { do: 'momentBack' },
  a: { do: 'reveal' },
  p: { do: 'predict' },
  home: { do: 'start' },
  g: { do: 'start' },
  end: { do: 'end' },
  e: { do: 'end' },
  i: { do: 'inspect', what: 'node' },
  l: { do: 'inspect', what: 'log' },
  m: { do: 'inspect', what: 'message' },
  r: { do: 'rules' },
  w: { do: 'lanes' },
  h: { do: 'help' },
  '?': { do: 'help' },
  escape: { do: 'close' },
  q: { do: 'quit' },
}

/** What a key does now; undefined: nothing. While something is typed, letters are letters. */
export function commandOf({ name, sequence = '', ctrl }: Key, state: PlayerState): PlayerCommand | undefined {
  if (ctrl === true) return name === 'c' || name === 'd' ? { do: 'quit' } : undefined
  if (state.entry !== undefined) {
    if (name === 'return' || name === 'enter') return { do: 'enter' }
    if (name === 'escape') return { do: 'close' }
    if (name === 'backspace') return { do: 'erase' }
    return /^\P{Cc}+$/u.test(sequence) ? { do: 'type', text: sequence } : undefined
  }
  if (/^[1-9]$/.test(sequence)) return { do: 'inspect', what: 'node', number: Number(sequence) }
  const known = [name ?? '', sequence].find((word) => Object.hasOwn(commands, word))
  return known === undefined ? undefined : commands[known]
}

/** The keys, a line each. */
export const helpLines: readonly string[] = [
  'Space, Enter, right or n: the next step.',
  'Left, backspace or b: back one step.',
  'Tab or j: on to the next moment worth a look; k: back to the one before.',
  'p: write down what you predict. Enter keeps it; only you compare it.',
  'a: show the answer.',
  '1 to 9: look at that node. i: at a node by its number. l: at the log of a node. m: at a message by its number.',
  'r: what the engines decided in this step, and by which rule of their papers.',
  'w: words alone, without lanes; again for both.',
  'Up and down: what does not fit the screen.',
  'g: to the beginning. e: to the end.',
  'Escape: close this. q: leave the lesson.',
]
