/**
 * A small backend to copy from: a tree in memory that is gone with the process. docs/write-a-backend.md walks through it,
 * in the order {@link org.dpfs4j.template.MemoryProvider}, {@link org.dpfs4j.template.MemoryBackend},
 * {@link org.dpfs4j.template.MemoryShare}, {@link org.dpfs4j.template.MemoryFileSystem}.
 */
package org.dpfs4j.template;
