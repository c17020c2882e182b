import { fileURLToPath } from 'node:url'

/** The command line's program file, for those who start it as a process: `node PROGRAM serve …`. */
export const program: string = fileURLToPath(new URL('../bin/quorate.js', import.meta.url))
