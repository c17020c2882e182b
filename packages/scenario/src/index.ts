/**
 * The scenario language: scripts that move engines by hand, their transcripts, and interchange with other tools.
 *
 * @packageDocumentation
 */
export {}
