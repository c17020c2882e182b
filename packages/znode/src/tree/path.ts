export const rootPath = '/'

/** The nodes that are there from the start and stay. A parent comes before its children. */
export const reservedPaths: readonly string[] = [
  rootPath,
  '/zookeeper',
  '/zookeeper/quota',
  '/zookeeper/config',
]

/** May a node have this path? ZooKeeper: `PathUtils.validatePath`. */
export function isValidPath(path: string): boolean {
  if (!path.startsWith('/')) return false
  if (path === rootPath) return true
  // Also refuses a slash at the end: the last name would be empty.
  return path.slice(1).split('/').every(isValidName)
}

function isValidName(name: string): boolean {
  if (name === '' || name === '.' || name === '..') return false
  for (let i = 0; i < name.length; i++) if (!isValidUnit(name.charCodeAt(i))) return false
  return true
}

/** No control characters, no surrogates, no private use, no specials. */
function isValidUnit(unit: number): boolean {
  return !(
    unit <= 0x1f ||
    (unit >= 0x7f && unit <= 0x9f) ||
    (unit >= 0xd800 && unit <= 0xf8ff) ||
    (unit >= 0xfff0 && unit <= 0xffff)
  )
}

/** The path before the last slash, the root's if there is nothing before it; `undefined` if there is no slash. */
export function parentOf(path: string): string | undefined {
  const slash = path.lastIndexOf('/')
  if (slash === -1) return undefined
  return slash === 0 ? rootPath : path.slice(0, slash)
}

/** What comes after the last slash. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** Ten digits, as Java's `%010d`: a sign counts as one of them, though -2147483648 needs eleven. */
export function sequentialSuffix(counter: number): string {
  return counter < 0 ? `-${String(-counter).padStart(9, '0')}` : String(counter).padStart(10, '0')
}
