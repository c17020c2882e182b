/** What depends on something else than the inputs. */
const functions = [
  ['Math', 'random'],
  ['performance', 'now'],
  ['crypto', 'getRandomValues'],
  ['crypto', 'randomUUID'],
  ['process', 'hrtime'],
  ['process', 'nextTick'],
] as const
/** Functions of `Date`. */
const parsing: ReadonlySet<string | symbol> = new Set(['now', 'parse', 'UTC'])
const globals = ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'fetch'] as const

type Bag = Record<string, unknown>

/**
 * Makes every clock, source of randomness and timer of this thread note its name in `notes` and throw. For a worker
 * thread that does nothing but grade; there is no way back.
 */
export function poison(notes: string[]): void {
  const refuse = (name: string) => (): never => {
    notes.push(name)
    throw new Error(`${name} is not there in a lab`)
  }
  const scope = globalThis as unknown as Bag
  for (const [owner, name] of functions) {
    Object.defineProperty(scope[owner], name, { value: refuse(`${owner}.${name}`), configurable: false })
  }
  for (const name of globals) {
    Object.defineProperty(scope, name, { value: refuse(name), configurable: false })
  }
  const date = refuse('Date')
  const poisoned = new Proxy(Date, {
    apply: date,
    construct: date,
    get: (real, key) => (parsing.has(key) ? date : Reflect.get(real, key)),
  })
  Object.defineProperty(Date.prototype, 'constructor', { value: poisoned })
  Object.defineProperty(scope, 'Date', { value: poisoned, configurable: false })
}
